export { type Added, addedOneByOne, type MinedAt } from './added.ts';
export { type CustomInstruction, type Mined, minedOf, mineInstructions } from './mine.ts';
