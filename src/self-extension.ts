import { extname } from 'node:path';

/** `.ts` in a checkout, `.js` in the package that `npm pack` makes: what the tool's own modules are called. */
export const ownExtension = extname(import.meta.url);
