import type { Experiment } from '../define.ts';
import { analyseOpportunities } from './analyse.ts';
import { oneOfEach, writeOpportunities } from './conduct.ts';

/**
 * The same measurements, with the hot loops and their forecasts written down before them and shown after them.
 *
 * @param budgetMs no workload is begun later; all of them where it is left out
 */
export const withOpportunities = (experiment: Experiment, budgetMs?: number): Experiment => ({
  ...experiment,
  async before(work) {
    await experiment.before?.(work);
    await writeOpportunities({ ...work, plan: oneOfEach(work.plan) }, budgetMs);
  },
  async analyse(results) {
    const [own, loops] = [await experiment.analyse(results), await analyseOpportunities(results)];
    return {
      ...own,
      tables: [...own.tables, ...loops.tables],
      charts: [...own.charts, ...loops.charts],
      sentences: [...own.sentences, ...loops.sentences],
    };
  },
});
