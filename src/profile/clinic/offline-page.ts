/** Where clinic's pages look for their fonts. */
const fontSheet = 'https://clinicjs.org/assets/css/fonts.css';

/** Nothing from the network: scripts, styles and images stand in the page. */
const policy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline' data:; img-src data:; font-src data:; base-uri 'none'; form-action 'none'";

/**
 * A page of clinic's that opens without network: they ask clinicjs.org for fonts (and show themselves only once that
 * has failed). The policy holds the rest to it.
 */
export function offlinePage(html: string): string {
  const head = html.indexOf('<head>');
  if (head < 0) throw new Error('its page has no <head>; was another version of clinic installed?');
  const after = head + '<head>'.length;
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  return (html.slice(0, after) + meta + html.slice(after)).replaceAll(fontSheet, 'data:text/css,');
}
