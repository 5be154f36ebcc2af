import { atomic, miscellaneous, type Opcode, single, vector } from './opcodes.ts';
import type { Reader } from './reader.ts';

/** Where an instruction is, for messages. */
export interface InstructionPlace {
  readonly name: string;
  readonly file: string;
}

/**
 * Reads one instruction and skips what follows its opcode.
 *
 * @throws Error for an instruction that is not known
 */
export function readInstruction(body: Reader, place: InstructionPlace): string {
  const { name, immediate } = nextOpcode(body, place);
  skipImmediate(body, immediate);
  return name;
}

/** Skips the declaration of a body's locals. */
export function skipLocals(body: Reader): void {
  for (let groups = body.unsigned(); groups > 0; groups--) {
    body.skipInteger();
    body.skipInteger();
  }
}

function nextOpcode(body: Reader, { name, file }: InstructionPlace): Opcode {
  const at = body.position;
  const byte = body.byte();
  const prefixed = byte === 0xfc ? miscellaneous : byte === 0xfd ? vector : byte === 0xfe ? atomic : undefined;
  const number = prefixed ? body.unsigned() : byte;
  const opcode = (prefixed ?? single).get(number);
  if (opcode) return opcode;
  throw new Error(
    `${file}, ${name}: no instruction 0x${byte.toString(16)}${prefixed ? ` 0x${number.toString(16)}` : ''} is known (byte ${at})`,
  );
}

function skipImmediate(body: Reader, immediate: Opcode['immediate']): void {
  switch (immediate) {
    case 'none':
      return;
    case 'index':
    case 'i32':
    case 'block':
      body.skipInteger();
      return;
    case 'index2':
      body.skipInteger();
      body.skipInteger();
      return;
    case 'memory':
    case 'memory-lane':
      // Bit 6 of the alignment says that a memory's index follows.
      if (body.unsigned() & 0x40) body.skipInteger();
      body.skipInteger();
      if (immediate === 'memory-lane') body.skip(1);
      return;
    case 'lane':
      body.skip(1);
      return;
    case 'table':
      for (let targets = body.unsigned() + 1; targets > 0; targets--) body.skipInteger();
      return;
    case 'types':
      body.skip(body.unsigned());
      return;
    case 'f32':
      body.skip(4);
      return;
    case 'f64':
      body.skip(8);
      return;
    case 'lanes16':
      body.skip(16);
  }
}
