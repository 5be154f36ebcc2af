export { type ServedProfiles, type ServeOptions, serveProfiles } from './server.ts';
export { showUntilInterrupted } from './show.ts';
