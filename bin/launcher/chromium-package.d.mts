/**
 * Files out of @sparticuz/chromium, unpacked once into `<cache>/<what>-<version>`; returns that folder. A name in `archives`
 * is a Brotli file of the package's `bin` folder without its `.br`.
 */
export function unpackChromiumPackage(root: string, options: { what: string; archives: readonly string[] }): string;
