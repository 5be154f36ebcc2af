/** `crypto (algorithm=sha-256)` → `crypto-sha-256`: only what a chart's file name may hold. */
export const subjectName = ({
  workload,
  parameters,
}: {
  readonly workload: string;
  readonly parameters: string;
}): string =>
  [workload, ...parameters.split(';').map(pair => pair.replace(/^[^=]*=/, ''))]
    .filter(part => part !== '')
    .join('-')
    .replace(/[^\w.-]+/g, '-');
