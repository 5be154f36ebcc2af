import type { Category } from '../types.ts';

/**
 * The category of a machine instruction as V8's disassembler writes it, for x64 and arm64. What reads or writes memory
 * only to move a value is `memory`; an operation with an operand in memory stays what it computes.
 */
export function machineCategory(opcode: string): Category {
  const name = opcode.replace(/ mem$/, '');
  if (/^(j[a-z]+|b|b\.\w+|br|cbn?z|tbn?z|ret[ql]?|nop\w*|int3l?|hlt|brk|pause|endbr64|ud2)$/.test(name))
    return /^(nop|int3|hlt|brk|pause|endbr64|ud2)/.test(name) ? 'other' : 'control-flow';
  if (/^(call\w*|bl|blr)$/.test(name)) return 'call';
  if (/^(push\w*|pop\w*|ldr\w*|str\w*|ldp|stp|ldur\w*|stur\w*)$/.test(name)) return 'memory';
  if (/^(cmp\w*|test\w*|v?u?comis[sd]|v?cmp\w*|v?pcmp\w*|set\w*|tst|ccmp|fcmp\w*|cset)$/.test(name))
    return 'comparison';
  if (
    /^(and\w*|or[lqwb]?|orr|orn|eor|xor\w*|not\w*|sh[lr]\w*|sa[lr]\w*|ro[lr]\w*|bt\w*|bs[fr]\w*|[lt]zcnt\w*|popcnt\w*|ls[lr]|asr|ror|mvn|bic|clz|rbit|ubfx|sbfx|ubfm|sbfm|bfi|v?p?(and|or|xor|andn)(p[sd]|d|q)?|v?ps[lr]\w*)$/.test(
      name,
    )
  )
    return 'bitwise';
  if (
    /^(v?mov\w*|lea[lq]?|cmov\w*|xchg\w*|v?cvt\w*|cd[qo]e?|cqo|v?p?(shuf|unpck|insr|extr|blend|broadcast|perm)\w*|v?(insert|extract)ps|fmov|scvtf|ucvtf|fcvt\w*|sxt[bhw]|uxt[bhw]|csel|adrp?|movz|movn|movk|dup|ins|umov)$/.test(
      name,
    )
  ) {
    if (/^lea/.test(name)) return 'arithmetic';
    return opcode.endsWith(' mem') ? 'memory' : 'register-move';
  }
  if (
    /^(add\w*|sub\w*|inc\w*|dec\w*|neg\w*|i?mul\w*|i?div\w*|adc\w*|sbb\w*|v?(add|sub|mul|div|sqrt|min|max|round|haddp?|dp)[sp][sd]|v?fn?m(add|sub)\w*|v?p(add|sub|mul|min|max|abs|madd)\w*|madd|msub|[su]div|smulh|umulh|smull|umull|f(add|sub|mul|div|sqrt|min|max|abs|neg|n?madd|n?msub|rint\w)\w*)$/.test(
      name,
    )
  )
    return 'arithmetic';
  return 'other';
}

/** Whether an instruction computes on several lanes at once; zeroing a register by xor is no computation. */
export const isPacked = (instruction: string): boolean => {
  const [name = '', operands = ''] = instruction.split(/\s+/, 2);
  const registers = operands.split(',');
  if (/xor|pcmpeq/.test(name) && registers.at(-1) === registers.at(-2)) return false;
  return /^(v?(add|sub|mul|div|sqrt|min|max|hadd|round|dp|and|andn|or|xor|cmp\w*)p[sd]|v?fn?m(add|sub)\d*p[sd]|v?p(add|sub|mul|min|max|abs|madd|and|andn|or|xor|cmp|s[lr]|shuf)\w*|f?\w+\s+v\d+\.\d+[bhsd])$/.test(
    name,
  );
};
