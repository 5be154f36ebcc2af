import type { Ownership } from '../target/own.ts';
import { filePath, loggedFunction, ownerOf } from './frames.ts';
import { workMarks } from './repeat.ts';
import type { CacheSite, DeoptimisedSite } from './types.ts';
import { readLog } from './v8-log/read-log.ts';

/** Inline-cache states as V8 writes them (`IC::TransitionMarkFromState`); the others are no finding. */
const cacheStates: Readonly<Record<string, CacheSite['state']>> = {
  P: 'polymorphic',
  N: 'megamorphic',
  G: 'generic',
};

/** What V8's optimiser had trouble with, in the user's own files. */
export interface Sites {
  readonly deoptimised: readonly DeoptimisedSite[];
  readonly caches: readonly CacheSite[];
}

/**
 * Reads deoptimisations and inline caches from a log written with `--log-deopt --log-ic --log-code`. A cache is listed
 * with the last state that it reached.
 */
export function readSites(file: string, ownership: Ownership): Sites {
  const deoptimised = new Map<string, DeoptimisedSite>();
  const caches = new Map<string, CacheSite>();
  let over = false;
  readLog(file, {
    code({ name }) {
      if (name.includes(workMarks.end)) over = true;
    },
    deoptimisation({ kind, reason, place }) {
      const at = placeOf(place);
      if (over || !at || ownerOf(at.script, ownership) !== 'own') return;
      const key = `${place}|${reason}`;
      const times = (deoptimised.get(key)?.times ?? 0) + 1;
      deoptimised.set(key, {
        file: filePath(at.script) as string,
        line: at.line,
        column: at.column,
        reason,
        kind,
        times,
      });
    },
    cache({ operation, state, property, line, column, code }) {
      const called = code && loggedFunction(code.name);
      if (over || !called || ownerOf(called.script, ownership) !== 'own') return;
      const site = filePath(called.script) as string;
      const key = `${site}:${line}:${column}|${operation}`;
      const known = cacheStates[state];
      // A cache only ever widens; what V8 marks otherwise (recomputed, uninitialised) says nothing new.
      if (known) caches.set(key, { file: site, line, column, operation, property, state: known });
    },
  });
  const byPlace = (a: { file: string; line: number }, b: { file: string; line: number }) =>
    a.file.localeCompare(b.file) || a.line - b.line;
  return {
    deoptimised: [...deoptimised.values()].sort((a, b) => b.times - a.times || byPlace(a, b)),
    caches: [...caches.values()].sort((a, b) => a.state.localeCompare(b.state) || byPlace(a, b)),
  };
}

/** `</tmp/t.ts:10:19>`; of inlined code ` inlined at <…>` follows. */
function placeOf(text: string): { script: string; line: number; column: number } | undefined {
  const parts = /<(.+?):(\d+):(\d+)>/.exec(text);
  return parts ? { script: parts[1] as string, line: Number(parts[2]), column: Number(parts[3]) } : undefined;
}
