/** An instruction that exists, and the patterns that it does in one. */
interface KnownInstruction {
  readonly name: string;
  /** What the pattern is called. */
  readonly idiom: string;
  readonly matches: RegExp;
  readonly source: string;
}

const intel = 'Intel 64 and IA-32 Architectures Software Developer’s Manual, vol. 2';
const arm = 'Arm Architecture Reference Manual for A-profile (DDI 0487)';
const v = '[a-z]';

/** Operands may come in any order that `canonical` leaves. */
const either = (...patterns: readonly string[]): RegExp => new RegExp(`^(?:${patterns.join('|')})$`);

const shifts = [
  `\\(?${v} >>>? (?:k|${v})\\)? [|^+] \\(?${v} << \\((?:32|k\\d?) - (?:k|${v})\\)\\)?`,
  `\\(?${v} << \\((?:32|k\\d?) - (?:k|${v})\\)\\)? [|^+] \\(?${v} >>>? (?:k|${v})\\)?`,
  `\\(${v} << k\\) [|^] \\(${v} >>> k2\\)`,
  `\\(${v} >>> k\\) [|^] \\(${v} << k2\\)`,
];

/**
 * Instructions that exist, first match first. Only this table is data: the patterns are found in programs. The names
 * stand for the family on the common architectures; where only a whole round is one instruction, that is said.
 */
const instructions: readonly KnownInstruction[] = [
  {
    name: 'FMA (VFMADD, FMLA); of blocks of a matrix: tensor core',
    idiom: 'multiply–add',
    matches: either(
      `\\(${v} \\* ${v}\\) \\+ ${v}`,
      `${v} \\+ \\(${v} \\* ${v}\\)`,
      `\\(${v} \\* ${v}\\) - ${v}`,
      `${v} - \\(${v} \\* ${v}\\)`,
      `\\(k \\* ${v}\\) \\+ ${v}`,
      `${v} \\+ \\(k \\* ${v}\\)`,
      `\\(${v} \\* k\\) \\+ ${v}`,
      `${v} \\+ \\(${v} \\* k\\)`,
    ),
    source: `${intel}, VFMADD132PS; ${arm}, FMLA; NVIDIA PTX ISA, mma`,
  },
  {
    name: 'dot product (DPPS, VNNI, SDOT); of blocks of a matrix: tensor core',
    idiom: 'dot product',
    matches: /^(?=(?:.*\*){2})(?!.*[-/<>&|^?=[])[a-z0-9 ()+*]+$/,
    source: `${intel}, DPPS, VPDPBUSD; ${arm}, SDOT; NVIDIA PTX ISA, mma`,
  },
  {
    name: 'rotate (ROR, RORX, VPRORD)',
    idiom: 'rotate',
    matches: either(...shifts),
    source: `${intel}, RORX, VPRORD; ${arm}, ROR`,
  },
  {
    name: 'rotate and exclusive or (XAR); as part of a round: SHA256RNDS2, SHA256MSG1/2',
    idiom: 'rotate–xor',
    matches: /^(?=.*<<)(?=.*>>>)(?=.*\^)(?!.*[*[&=])[a-z0-9 ()<>|^+-]+$/,
    source: `${arm}, XAR (FEAT_SHA3), SHA256H; ${intel}, SHA256RNDS2`,
  },
  {
    name: 'bit select (BSL, VPTERNLOGD); as part of a round: SHA256RNDS2',
    idiom: 'choose',
    matches: either(
      `\\(${v} & ${v}\\) \\^ \\((?:~${v} & ${v}|${v} & ~${v}|\\(~${v}\\) & ${v})\\)`,
      `\\((?:~${v} & ${v}|${v} & ~${v}|\\(~${v}\\) & ${v})\\) \\^ \\(${v} & ${v}\\)`,
      `\\(${v} & \\(${v} \\^ ${v}\\)\\) \\^ ${v}`,
      `${v} \\^ \\(${v} & \\(${v} \\^ ${v}\\)\\)`,
    ),
    source: `${arm}, BSL; ${intel}, VPTERNLOGD, SHA256RNDS2`,
  },
  {
    name: 'bit select and a sum (BSL, VPTERNLOGD, then ADD); as part of a round in one: SHA256RNDS2',
    idiom: 'choose, and a sum',
    matches: either(
      `\\(\\(\\(?~${v}\\)? & ${v}\\) \\^ \\(${v} & ${v}\\)\\) \\+ ${v}`,
      `\\(\\(${v} & ${v}\\) \\^ \\(\\(?~${v}\\)? & ${v}\\)\\) \\+ ${v}`,
      `${v} \\+ \\(\\(${v} & ${v}\\) \\^ \\(\\(?~${v}\\)? & ${v}\\)\\)`,
      `${v} \\+ \\(\\(\\(?~${v}\\)? & ${v}\\) \\^ \\(${v} & ${v}\\)\\)`,
    ),
    source: `${arm}, BSL, SHA256H; ${intel}, VPTERNLOGD, SHA256RNDS2`,
  },
  {
    name: 'three-input logic (VPTERNLOGD); as part of a round: SHA256RNDS2',
    idiom: 'majority',
    matches: either(
      '\\(a & b\\) \\^ \\(\\(a & c\\) \\^ \\(b & c\\)\\)',
      '\\(\\(a & b\\) \\^ \\(a & c\\)\\) \\^ \\(b & c\\)',
      '\\(a & b\\) \\| \\(c & \\(a [|^] b\\)\\)',
    ),
    source: `${intel}, VPTERNLOGD, SHA256RNDS2`,
  },
  {
    name: 'three-input logic (VPTERNLOGD, LOP3, EOR3)',
    idiom: 'logic of three values',
    matches: /^(?!.*d)(?!.*[+*<>=[-])[a-ck0-9 ()&|^~]+$/,
    source: `${intel}, VPTERNLOGD; NVIDIA PTX ISA, lop3; ${arm}, EOR3`,
  },
  {
    name: 'AES round (AESENC, VAESENC, AESE): substitution, rows, columns and key in one',
    idiom: 'table look-up + xor',
    matches: /^(?=.*T\d?\[)(?=.*\^)(?!.*[+*/])(?!T\d?\[[^\]]*\] =).*$/,
    source: `${intel}, AESENC, VAESENC; ${arm}, AESE, AESMC. Where the table is AES’s; any other: VPGATHERDD and an xor`,
  },
  {
    name: 'AES round (AESENC, VAESENC, AESE); by itself: GF2P8AFFINEINVQB, VPERMB, TBL',
    idiom: 'byte substitution: table look-up',
    matches: /^(?=.*T\d?\[)(?!.*[+*/])(?!T\d?\[[^\]]*\] =).*$/,
    source: `${intel}, AESENC, VAESENC, GF2P8AFFINEINVQB; ${arm}, AESE, TBL. Where the table is AES’s; any other: VPERMB, VPGATHERDD`,
  },
  {
    name: 'multiplication in GF(2⁸) (GF2P8MULB); as part of a round: AESENC, AESMC',
    idiom: 'multiply by x in GF(2⁸)',
    matches: /^(?:m\d? = )?(?=.*\* k)(?=.*& 255)(?=.*\^)(?!.*\[)[a-z0-9 ()<>^&*]+$/,
    source: `${intel}, GF2P8MULB, AESENC; ${arm}, AESMC`,
  },
  {
    name: 'conflict detection with gather and scatter (VPCONFLICTD), atomic add',
    idiom: 'load–op–store at a computed place',
    matches: /^T\[\w\] = .*T\[\w\]/,
    source: `${intel}, VPCONFLICTD, VPGATHERDD; NVIDIA PTX ISA, red`,
  },
  {
    name: 'minimum, maximum (MINPS, VPMINUD, FMIN)',
    idiom: 'minimum or maximum',
    matches: either(`(?:min|max)\\(.*\\)`, `\\(?a [<>]=? b\\)? \\? [ab] : [ab]`),
    source: `${intel}, MINPS, VPMINUD; ${arm}, FMIN`,
  },
  {
    name: 'minimum and maximum of vectors (VPMINUD with VPMAXUD); by position: VPCOMPRESSD',
    idiom: 'compare–swap',
    matches: /^if \(.*\) (m\d?|T\[.*\]) = (m\d?|T\[.*\]); if \(.*\) (m\d?|T\[.*\]) = (m\d?|T\[.*\])$/,
    source: `${intel}, VPMINUD, VPMAXUD, VPCOMPRESSD: pairs at fixed places only, as in a sorting network`,
  },
  {
    name: 'sum and difference of pairs (VADDSUBPS, FCADD)',
    idiom: 'butterfly',
    matches: either(
      'a \\+ b; a - b',
      'a - b; a \\+ b',
      '(?:.*)a \\+ \\(?(.*)\\)?; a - \\(?\\1\\)?',
      'a - \\(?(.*)\\)?; a \\+ \\(?\\2\\)?',
    ),
    source: `${intel}, ADDSUBPS; ${arm}, FCADD`,
  },
  {
    name: 'an operation with an operand in memory (x86: op m32, r32 and r32, m32)',
    idiom: 'load–op–store',
    matches: /^m\d? = \(?(?:m\d?|[a-dk]) [-+*&|^] (?:m\d?|[a-dk])\)?$/,
    source: `${intel}, §3.1.1.3 (r/m operands): one load and the store; a second load stays`,
  },
];

/** @returns what the pattern is called and which instruction does it; null where none in the table does */
export function known(pattern: string): { idiom: string; coveredBy: string; source: string } | null {
  const found = instructions.find(({ matches }) => matches.test(pattern));
  return found ? { idiom: found.idiom, coveredBy: found.name, source: found.source } : null;
}
