import { type Program, rowsAbout } from '../../parts/subject.ts';
import { type Part, partFiles } from '../../parts/types.ts';
import { type Html, html } from '../template.ts';

/** What a page lacks, and the command that adds it. */
interface Lack {
  readonly what: string;
  readonly command: string;
}

/** A word of a command line, quoted where a shell would take it apart. */
const word = (text: string): string => (/^[\w./:@=,+#-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/**
 * What is not in this run about a workload. Sections without anything in them are left out of the page; this list says
 * how to get them.
 *
 * @param measured whether the run measured it: then a forecast can stand beside
 * @param run the run folder as one would type it
 */
export function lacksOf(
  parts: readonly Part[],
  { names, target }: Program,
  { run, measured }: { readonly run: string; readonly measured: boolean },
): Lack[] {
  const has = new Set(partFiles.filter(file => parts.some(part => rowsAbout(part, file, names).length > 0)));
  const out = `--out ${word(`${run}/parts`)}`;
  return [
    ...(has.has('loops.csv')
      ? []
      : [{ what: 'loops, their verdicts and the parallelogram', command: `npx pgram trace ${word(target)} ${out}` }]),
    ...(has.has('census.csv')
      ? []
      : [
          {
            what: 'instructions by layer',
            command: `npx pgram analyze-bytecode ${word(target)} --variant naive,simd,webgpu-tuned ${out}`,
          },
        ]),
    ...(has.has('time-by-place.csv') || has.has('profile.csv')
      ? []
      : [{ what: 'a profile', command: `npx pgram analyze ${word(target)} ${out}` }]),
    ...(!measured || has.has('forecast.csv') || has.has('opportunities.csv')
      ? []
      : [
          {
            what: 'a forecast, written before the measurement',
            command: `npx pgram forecast ${word(target)} --measure ${out}`,
          },
        ]),
  ];
}

export function missingSection(lacks: readonly Lack[], run: string): Html {
  if (lacks.length === 0) return html``;
  return html`<details class="lacks"><summary>Not in this run: ${lacks.map(({ what }) => what).join('; ')}</summary>
<dl>${lacks.map(({ what, command }) => html`<dt>${what}</dt><dd><code>${command}</code></dd>`)}<dt>then make this page anew</dt><dd><code>npx pgram report ${word(run)}</code></dd></dl></details>
`;
}
