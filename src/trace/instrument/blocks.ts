import * as acorn from 'acorn';
import { childrenOf } from '../../target/parse.ts';
import { isLoop, type Node } from '../../target/scope.ts';
import type { Block } from '../runtime/block.ts';
import { BlockBuilder } from './block-builder.ts';
import { CloneExpressions } from './clone-expressions.ts';
import { CloneText } from './clone-text.ts';
import type { BlockOptions } from './clone-times.ts';
import { NotNumeric } from './unit.ts';

/** What a clone has become: its text, and the blocks that it calls as `<prefix>b<number>`. */
export interface Blocks {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/**
 * Gathers what a clone does to times, dates and regions, primitive by primitive, into blocks: each becomes one function of
 * WebAssembly, called where the straight code ends with subscripts and outcomes. What stays in JavaScript is the program's own code.
 *
 * @param text a clone, as `numeric.ts` makes it
 * @throws NotNumeric where the order of the times' changes cannot be kept
 */
export function gatherBlocks(text: string, options: BlockOptions): Blocks {
  return new Gatherer(text, options).result();
}

class Gatherer {
  readonly #clone: CloneText;
  readonly #builder: BlockBuilder;
  readonly #code: CloneExpressions;

  constructor(text: string, options: BlockOptions) {
    this.#clone = new CloneText(text, options.prefix);
    this.#builder = new BlockBuilder(options.prefix, options.first);
    this.#code = new CloneExpressions(this.#clone, options, this.#builder);
  }

  result(): Blocks {
    const fn = parsedFunction(this.#clone.text);
    const prefix = this.#clone.prefix;
    const builder = this.#builder;
    this.#clone.findTimes(fn);
    const [end, ...rest] = fn.body.body as Node[];
    builder.size = end!.declarations[0].init.right.value;
    const parts = rest.map(at => this.#statement(at));
    parts.push(this.#flushed());
    const blocks = builder.finished();
    const forms = [...this.#code.times.forms]
      .map(([array, name]) => ` const ${name} = ${prefix}sfo(${array});`)
      .join('');
    const subscripts = Array.from({ length: builder.mostSubscripts }, (_, at) => `${prefix}k${at}`);
    const names = [...subscripts, ...this.#code.names];
    const declared = names.length > 0 ? ` let ${names.join(', ')};` : '';
    const head = this.#clone.text.slice(0, fn.body.start);
    const marker = this.#clone.text.slice(end!.end, rest[0]!.start);
    const ends = `const ${prefix}end = ${prefix}frame + ${builder.size};`;
    return { text: `${head}{${ends}${marker}${forms}${declared} ${parts.join(' ')}}`, blocks };
  }

  #flushed(): string {
    const call = this.#builder.flush();
    return call === '' ? '' : `${call};`;
  }

  #statement(node: Node): string {
    const text = this.#plainStatement(node);
    // What goes on with a chain must find its state in place.
    if (this.#builder.extends) this.#builder.split();
    return text;
  }

  #list(nodes: readonly Node[]): string {
    return nodes.map(at => this.#statement(at)).join(' ');
  }

  /** A statement of its own, at whose end nothing is left to do. */
  #whole(node: Node): string {
    const text = this.#statement(node);
    return `{ ${text} ${this.#flushed()} }`;
  }

  #plainStatement(node: Node): string {
    switch (node.type) {
      case 'BlockStatement':
        return `{ ${this.#list(node.body)} }`;
      case 'VariableDeclaration':
        return this.#declaration(node);
      case 'ExpressionStatement': {
        const text = this.#code.effect(node.expression);
        return text === '' ? ';' : `${/^[({]/.test(text) ? ';' : ''}${text};`;
      }
      case 'IfStatement': {
        const test = this.#code.settled(node.test);
        const yes = this.#whole(node.consequent);
        const no = node.alternate ? ` else ${this.#whole(node.alternate)}` : '';
        return `if (${test}) ${yes}${no}`;
      }
      case 'ForStatement': {
        const init = node.init
          ? node.init.type === 'VariableDeclaration'
            ? this.#declaration(node.init)
            : `${this.#code.effect(node.init)};`
          : '';
        return `{ ${init} ${this.#loop(node)} }`;
      }
      case 'WhileStatement':
        return this.#loop(node);
      case 'DoWhileStatement': {
        const before = this.#flushed();
        const inner = this.#whole(node.body);
        return `${before} do ${inner} while (${this.#code.settled(node.test)});`;
      }
      case 'SwitchStatement':
        return this.#switch(node);
      case 'ReturnStatement':
        return node.argument ? `return ${this.#code.settled(node.argument)};` : `${this.#flushed()} return;`;
      case 'BreakStatement':
      case 'ContinueStatement':
        return `${this.#flushed()} ${this.#clone.text.slice(node.start, node.end)}`;
      case 'EmptyStatement':
        return ';';
      default:
        throw new NotNumeric(`a ${node.type} in a clone`);
    }
  }

  /**
   * `for` without its initialisation, or `while`. The test is written twice where nothing jumps over the end of the body: what
   * ends an iteration and begins the next one is then one block.
   */
  #loop({ test, update, body }: Node): string {
    if (continues(body)) {
      const before = this.#flushed();
      const first = test ? this.#code.settled(test) : '';
      const inner = this.#whole(body);
      const step = update ? [this.#code.effect(update), this.#builder.flush()].filter(text => text !== '') : [];
      return `${before} for (; ${first}; ${step.join(', ')}) ${inner}`;
    }
    const before = this.#builder.changes;
    const first = this.#tested(test, 'first');
    const inner = [this.#statement(body), update ? `${this.#code.effect(update)};` : ''].join(' ');
    // One is the beginning of the first iteration.
    const later = this.#tested(test, this.#builder.changes === before + 1 ? 'keeps' : 'later');
    return `if (${first}) do { ${inner} } while (${later});`;
  }

  #tested(test: Node | null, which: 'first' | 'later' | 'keeps'): string {
    this.#code.which = which;
    const text = test ? this.#code.settled(test) : this.#code.after('true', [this.#builder.flush()]);
    this.#code.which = 'either';
    return text;
  }

  #switch(node: Node): string {
    const on = this.#code.settled(node.discriminant);
    const cases = (node.cases as Node[]).map(({ test, consequent }) => {
      const label = test ? `case ${this.#code.settled(test)}:` : 'default:';
      const text = this.#list(consequent);
      return `${label} ${text} ${this.#flushed()}`;
    });
    return `switch (${on}) { ${cases.join(' ')} }`;
  }

  #declaration(node: Node): string {
    const parts = (node.declarations as Node[]).flatMap(({ id, init }) => {
      const { name } = id as { name: string };
      if (init === null) return [name];
      const primitive = init.type === 'CallExpression' ? this.#clone.primitive(init) : undefined;
      const args = (init.arguments ?? []) as Node[];
      const builder = this.#builder;
      if (primitive === 'lp') {
        const at = this.#clone.place(args[1]!);
        this.#code.loops.set(name, { at, region: args[0]!.value });
        builder.add({ do: 'prepare', at });
        return [];
      }
      if (primitive === 'en') {
        const at = this.#clone.place(args[1]!);
        this.#code.frames.set(name, at);
        builder.step({ do: 'enter', region: args[0]!.value, at, size: 0 });
        return [];
      }
      if (primitive === 'nc') {
        const text = this.#code.times.declare(name, args);
        return text === '' ? [] : [`${name} = (${text})`];
      }
      if (this.#clone.isTime(init)) {
        const text = this.#code.effect(init);
        return text === '' ? [] : [`${name} = (${text})`];
      }
      return [`${name} = ${this.#code.js(init)}`];
    });
    return parts.length === 0 ? '' : `${node.kind} ${parts.join(', ')};`;
  }
}

/** Whether something in a loop's body goes on with the loop's next iteration from there. */
const continues = (node: Node): boolean =>
  node.type === 'ContinueStatement' || (childrenOf(node) as Node[]).some(child => !isLoop(child) && continues(child));

/** A script may call its parameters what a module may not (`await`, `arguments`). @throws NotNumeric for what only a module may hold */
function parsedFunction(text: string): Node {
  try {
    return (acorn.parse(text, { ecmaVersion: 'latest', sourceType: 'script' }) as unknown as Node).body[0];
  } catch (error) {
    throw new NotNumeric(`its clone does not parse by itself: ${(error as Error).message}`);
  }
}
