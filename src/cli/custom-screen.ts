import { styleText } from 'node:util';
import { addedOneByOne, type MinedAt } from '../forecast/custom/index.ts';
import { count, percent, significant } from '../report/format.ts';

/** Recurring patterns as instructions of their own: what covers each, and what is left to execute with the first k added. */
export function customScreen(mined: MinedAt | undefined): string[] {
  if (!mined || mined.customInstructions.length === 0) return [];
  const added = addedOneByOne(mined);
  const at = mined.size === null ? '' : ` at size ${mined.size}`;
  return [
    '',
    styleText(
      'bold',
      `custom instructions${at}: ${count(mined.instructions)} operations, loads and stores (W), ${count(mined.path)} steps on the longest chains of straight-line code (S)`,
    ),
    ...mined.customInstructions.flatMap(({ pattern, idiom, coveredBy, share }, index) => {
      const { k, instructions, path, fewerInstructions, shorterPath } = added[index]!;
      return [
        `  ${k}. ${pattern}${idiom === null ? '' : ` (${idiom})`}: ${percent(share)}; ${coveredBy === null ? 'no instruction of the table does it' : `exists: ${coveredBy}`}`,
        styleText(
          'dim',
          `      with the first ${k}: W ${count(instructions)} (${significant(fewerInstructions, 3)}× fewer), S ${count(path)} (${significant(shorterPath, 3)}× shorter)`,
        ),
      ];
    }),
  ];
}
