/** The syntax tree of a WGSL module (W3C, WebGPU Shading Language, §3 to §11). Lines count from 1. */
export interface Module {
  readonly structs: readonly StructDeclaration[];
  readonly functions: readonly FunctionDeclaration[];
  readonly variables: readonly VariableDeclaration[];
  /** `const` and `override`, in order. */
  readonly constants: readonly ConstantDeclaration[];
  readonly aliases: readonly { readonly name: string; readonly type: NameExpression }[];
}

export interface Attribute {
  readonly name: string;
  readonly args: readonly Expression[];
}

export interface StructDeclaration {
  readonly name: string;
  readonly members: readonly Parameter[];
}

export interface Parameter {
  readonly name: string;
  readonly type: NameExpression;
  readonly attributes: readonly Attribute[];
}

export interface FunctionDeclaration {
  readonly name: string;
  readonly line: number;
  readonly attributes: readonly Attribute[];
  readonly parameters: readonly Parameter[];
  readonly result: NameExpression | undefined;
  readonly body: readonly Statement[];
}

export interface VariableDeclaration {
  readonly kind: 'var';
  readonly name: string;
  readonly line: number;
  /** `storage`, `uniform`, `workgroup`, `private`, `handle`, `function`. */
  readonly space: string;
  readonly type: NameExpression | undefined;
  readonly value: Expression | undefined;
  readonly attributes: readonly Attribute[];
}

export interface ConstantDeclaration {
  readonly kind: 'let' | 'const' | 'override';
  readonly name: string;
  readonly line: number;
  readonly type: NameExpression | undefined;
  readonly value: Expression | undefined;
  readonly attributes: readonly Attribute[];
}

/** A name, with a template list where it has one: a variable, a type, or what is called. */
export interface NameExpression {
  readonly kind: 'name';
  readonly name: string;
  readonly template: readonly Expression[];
  readonly line: number;
}

export type LiteralType = 'bool' | 'abstract-int' | 'abstract-float' | 'i32' | 'u32' | 'f32' | 'f16';

export type Expression =
  | NameExpression
  | { readonly kind: 'literal'; readonly type: LiteralType; readonly value: number | boolean; readonly line: number }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression; readonly line: number }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly line: number;
    }
  | { readonly kind: 'index'; readonly object: Expression; readonly index: Expression; readonly line: number }
  | { readonly kind: 'member'; readonly object: Expression; readonly name: string; readonly line: number }
  | {
      readonly kind: 'call';
      readonly callee: NameExpression;
      readonly args: readonly Expression[];
      readonly line: number;
    };

export type CallExpression = Extract<Expression, { kind: 'call' }>;

export interface SwitchCase {
  /** Empty for a lone `default`. */
  readonly selectors: readonly Expression[];
  readonly isDefault: boolean;
  readonly body: readonly Statement[];
}

export type Statement =
  | VariableDeclaration
  | ConstantDeclaration
  | { readonly kind: 'block'; readonly body: readonly Statement[]; readonly line: number }
  | {
      readonly kind: 'assign';
      /** Undefined for `_ = value`. */
      readonly target: Expression | undefined;
      /** `+` for `+=`; `++` is `+=` 1. */
      readonly operator: string | undefined;
      readonly value: Expression;
      readonly line: number;
    }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly whenTrue: readonly Statement[];
      readonly otherwise: readonly Statement[] | undefined;
      readonly line: number;
    }
  | {
      readonly kind: 'loop';
      readonly init: Statement | undefined;
      /** Tested before the body; undefined is true. */
      readonly condition: Expression | undefined;
      readonly body: readonly Statement[];
      readonly continuing: readonly Statement[];
      /** `break if` at the end of `continuing`. */
      readonly breakIf: Expression | undefined;
      readonly line: number;
    }
  | {
      readonly kind: 'switch';
      readonly selector: Expression;
      readonly cases: readonly SwitchCase[];
      readonly line: number;
    }
  | { readonly kind: 'break' | 'continue' | 'discard'; readonly line: number }
  | { readonly kind: 'return'; readonly value: Expression | undefined; readonly line: number }
  | { readonly kind: 'call'; readonly call: CallExpression; readonly line: number };

/** WGSL that does not parse or does not check; the message names module and line. */
export class WgslError extends Error {
  override readonly name = 'WgslError';
  readonly line: number;

  constructor(message: string, line: number) {
    super(`WGSL, line ${line}: ${message}`);
    this.line = line;
  }
}
