import { count } from '../format.ts';
import { type Html, html } from './template.ts';

/** `gitCommit` and `git_commit` → "git commit". */
const words = (key: string): string =>
  key
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();

const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function plain(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' && Number.isInteger(value) ? count(value) : String(value);
}

function show(value: unknown): Html {
  if (isPlain(value)) return html`${plain(value)}`;
  if (value === null || value === undefined) return html`–`;
  if (Array.isArray(value)) {
    if (value.length === 0) return html`none`;
    if (value.every(isPlain)) return html`${value.map(plain).join(', ')}`;
    return folded(value.length, html`<ol>${value.map(item => html`<li>${show(item)}</li>`)}</ol>`);
  }
  const entries = Object.entries(value);
  // Long lists of small facts (an adapter's limits) fold away.
  return entries.length > 12 ? folded(entries.length, list(entries)) : list(entries);
}

const folded = (size: number, content: Html): Html =>
  html`<details><summary>${size === 1 ? '1 entry' : `${size} entries`}</summary>${content}</details>`;

const list = (entries: readonly (readonly [string, unknown])[]): Html =>
  html`<dl>${entries.map(([key, value]) => html`<dt>${words(key)}</dt><dd>${show(value)}</dd>`)}</dl>`;

/** Everything that the manifest says, in its order, as nested lists. */
export const environment = (manifest: object): Html => list(Object.entries(manifest));
