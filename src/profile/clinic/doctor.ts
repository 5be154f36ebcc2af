import { pageData } from './page-data.ts';
import type { DoctorFindings } from './types.ts';

interface DoctorData {
  readonly processStat: readonly unknown[];
  readonly analysis: {
    readonly issueCategory: DoctorFindings['category'];
    readonly issues: Readonly<Record<string, string | readonly string[] | Readonly<Record<string, string>>>>;
  };
}

/** @returns undefined where doctor took fewer than two samples of the process */
export function readDoctor(page: string): DoctorFindings | undefined {
  const { processStat, analysis } = pageData(page) as DoctorData;
  if (processStat.length < 2) return undefined;
  const issues = Object.entries(analysis.issues).flatMap(([name, issue]) =>
    typeof issue === 'string'
      ? [[name, issue] as const]
      : Object.entries(issue).map(([part, value]) => [`${name}.${part}`, value] as const),
  );
  return {
    tool: 'doctor',
    category: analysis.issueCategory,
    issues: Object.fromEntries(issues),
    samples: processStat.length,
  };
}
