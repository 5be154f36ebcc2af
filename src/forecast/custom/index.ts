export { type CustomInstruction, type Mined, minedOf, mineInstructions } from './mine.ts';
