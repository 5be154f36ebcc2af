// The process is killed in the middle of its n-th write (FAULT_WRITE): a random part of the bytes is on disk, no handler
// runs. Loaded with --import into the conductor only.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

let left = Number(process.env.FAULT_WRITE);
const share = Number(process.env.FAULT_SHARE);
const { writeSync, writeFileSync, renameSync } = fs;
const die = () => process.kill(process.pid, 'SIGKILL');

fs.writeSync = (handle, data, ...rest) => {
  if (handle > 2 && --left === 0) {
    const bytes = Buffer.from(data);
    writeSync(handle, bytes.subarray(0, Math.floor(bytes.length * share)));
    die();
  }
  return writeSync(handle, data, ...rest);
};
fs.writeFileSync = (file, data, options) => {
  if (--left === 0) {
    const bytes = Buffer.from(data);
    writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length * share)));
    die();
  }
  return writeFileSync(file, data, options);
};
fs.renameSync = (from, to) => {
  if (--left === 0) die();
  return renameSync(from, to);
};
syncBuiltinESMExports();
