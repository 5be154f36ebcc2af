// Loaded by every process of a coverage measurement (NODE_OPTIONS=--import): a child that Node's permission model confines
// is granted its own inspector, without which Node counts no lines in it. Only here: src/ knows nothing of it, so a normal
// run stays as closed as it is.
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

const { spawn } = childProcess;
childProcess.spawn = (command, words, ...rest) =>
  spawn(
    command,
    Array.isArray(words)
      ? words.flatMap(word => (word === '--permission' ? [word, '--allow-inspector'] : [word]))
      : words,
    ...rest,
  );
syncBuiltinESMExports();
