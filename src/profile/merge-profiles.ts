import type { CpuProfile, ProfileNode } from './cpu-profile.ts';

interface Growing {
  readonly id: number;
  readonly callFrame: ProfileNode['callFrame'];
  readonly children: number[];
  readonly ticks: Map<number, number>;
}

/**
 * One profile of several: the trees are laid over each other, the samples follow one another without the pauses
 * between the processes. What a viewer shows of it as a whole is the sum; its time axis runs through all processes.
 */
export function mergeProfiles(profiles: readonly CpuProfile[]): CpuProfile {
  const nodes: Growing[] = [];
  const byPlace = new Map<string, Growing>();
  const samples: number[] = [];
  const timeDeltas: number[] = [];
  let length = 0;
  for (const profile of profiles) {
    const renamed = addTree(profile, nodes, byPlace);
    for (const id of profile.samples ?? []) samples.push(renamed.get(id) as number);
    for (const delta of profile.timeDeltas ?? []) timeDeltas.push(delta);
    length += profile.endTime - profile.startTime;
  }
  const startTime = profiles[0]?.startTime ?? 0;
  return {
    nodes: nodes.map(({ id, callFrame, children, ticks }) => ({
      id,
      callFrame,
      ...(children.length > 0 ? { children } : {}),
      ...(ticks.size > 0 ? { positionTicks: [...ticks].map(([line, count]) => ({ line, ticks: count })) } : {}),
    })),
    startTime,
    endTime: startTime + length,
    samples,
    timeDeltas,
  };
}

/** @returns new ids by the profile's own */
function addTree({ nodes }: CpuProfile, merged: Growing[], byPlace: Map<string, Growing>): Map<number, number> {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const inner = new Set(nodes.flatMap(({ children = [] }) => children));
  const renamed = new Map<number, number>();
  const visit = (node: ProfileNode, parent: Growing | undefined): void => {
    const { functionName, url, lineNumber, columnNumber } = node.callFrame;
    const place = `${parent?.id ?? 0}|${functionName}|${url}|${lineNumber}|${columnNumber}`;
    let same = byPlace.get(place);
    if (!same) {
      same = { id: merged.length + 1, callFrame: node.callFrame, children: [], ticks: new Map() };
      byPlace.set(place, same);
      merged.push(same);
      parent?.children.push(same.id);
    }
    renamed.set(node.id, same.id);
    for (const { line, ticks } of node.positionTicks ?? []) same.ticks.set(line, (same.ticks.get(line) ?? 0) + ticks);
    for (const child of node.children ?? []) visit(byId.get(child) as ProfileNode, same);
  };
  for (const node of nodes) if (!inner.has(node.id)) visit(node, undefined);
  return renamed;
}
