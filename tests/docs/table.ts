/** Commands of the pages that no test of this folder runs, and why. Their options are parsed all the same. */
export const excluded: Readonly<Record<string, string>> = {
  'npm ci': 'installs; whoever runs this has',
  'npm test': 'is what runs this',
  'npx pgram tune matmul': 'takes minutes; tests/tune tunes small kernels',
  'npx pgram bundle': 'makes an archive of 43 MiB; tests/bundle makes and tries one',
  'npx pgram bundle --out /tmp': 'makes an archive of 43 MiB; tests/bundle makes and tries one',
  'tar -xf parallelogram-*-linux-x64.tar.xz': 'unpacks such an archive; tests/bundle does',
  'parallelogram/pgram doctor': 'runs in a bundle; tests/bundle does',
  'parallelogram/pgram bench matmul --size 2048 --gpu-profile record --require-gpu': 'needs a GPU',
  'parallelogram/pgram experiment run cpu-vs-gpu peers --out $SCRATCH/results': 'takes an hour, on another machine',
  'npx pgram experiment run size-scaling --on slurm --partition gpu --gres gpu:1 --time 2:00:00 --array-limit 8 --out $SCRATCH':
    'needs a cluster; tests/slurm has one of its own',
  'npx pgram experiment status $SCRATCH/2026-11-23T07-13-42Z-size-scaling': 'needs a run of a cluster',
  'npx pgram experiment run size-scaling --on slurm --resume $SCRATCH/2026-11-23T07-13-42Z-size-scaling --time 4:00:00':
    'needs a run of a cluster',
  'npx pgram trace my-script.ts -- input.json': "names a reader's file; tests/target runs scripts with arguments",
  'npx pgram analyze my-script.ts --allow read=data': "names a reader's file; tests/target opens confinements",
  'npx pgram exec examples/api.ts': 'is run from the packed package by tests/pack',
};

/** Small enough that no smaller sizes are looked at, on devices that need no probe. */
const forecast =
  'forecast examples/potential.ts#potential --size 12 --device h100 --device-file src/hardware/devices/rtx-4090.json';
const bench = '--size 1000 --quick --processes 1 --no-probe';

/**
 * What is run instead of a command that would take long: the same verb, made light. Commands that become
 * the same are run once. `RUN` and `OTHER` are folders of a run that was just measured. `npm run docs:all` runs the left column.
 */
export const lighter: Readonly<Record<string, string>> = {
  'npm start': 'start --dry-run',
  'npx pgram run all': 'run matmul --variant tuned --size 8',
  'npx pgram run matmul --variant tuned,simd,webgpu-naive': 'run matmul --variant tuned,simd,webgpu-naive --size 17',
  'npx pgram run examples/potential-workload.ts': 'run examples/potential-workload.ts --size 100',
  'npx pgram bench matmul --size 512': 'bench matmul --size 512 --dry-run',
  'npx pgram bench crypto --param algorithm=all': 'bench crypto --param algorithm=all --dry-run',
  'npx pgram bench examples/dot-product.ts --size large --quick': `bench examples/dot-product.ts ${bench}`,
  'npx pgram bench examples/blur.ts --size large --quick': `bench examples/blur.ts --variant naive ${bench}`,
  'npx pgram bench examples/potential-workload.ts --size 2000 --quick': `bench examples/potential-workload.ts ${bench.replace('1000', '100')}`,
  'npx pgram analyze-bytecode matmul --size 16': 'analyze-bytecode examples/potential.ts#potential --size 64',
  'npx pgram experiment run cpu-vs-gpu': 'experiment run cpu-vs-gpu --dry-run',
  'npx pgram analyze qs': 'analyze qs --size 1000 --runs 1 --no-perf',
  'npx pgram forecast matmul --size 512': forecast,
  'npx pgram forecast matmul --size 512 --device-file src/hardware/devices/rtx-4090.json': forecast,
  'npx pgram forecast examples/potential.ts#potential --size 4000': forecast,
  'npx pgram report --pdf': 'report RUN',
  'npx pgram compare results/A results/B': 'compare RUN OTHER',
};
