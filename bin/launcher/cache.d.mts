/** A folder for what is made once: inside node_modules, or where that is read-only a folder of the user's own. */
export function cacheFolder(root: string): string;
/** Where Node keeps what it compiled of the tool's own modules. */
export function compiledFolder(root: string): string;
