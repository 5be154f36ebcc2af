/** Commands of the pages that no test of this folder runs, and why. Their options are parsed all the same, where there is no gap. */
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
  'npx pgram exec script.ts': "names a reader's file; tests/pack runs one",
  'pgram exec my.ts': "names a reader's file; tests/pack runs one",
  'node my.ts': "names a reader's file; tests/pack runs one",
  'node <checkout>/bin/pgram.mjs': 'is how tests/support starts every other command',
  'npm link': 'changes the machine',
  'npm ci --ignore-scripts': 'installs; whoever runs this has',
  'npm start -- --opportunities': 'takes minutes; tests/experiment/opportunities makes the table',
  'pgram start --opportunities': 'takes minutes; tests/experiment/opportunities makes the table',
  'npx pgram exec tools/publish.ts': 'measures for an hour; tests/tools/results-readme holds what it wrote',
  'npx pgram experiment run forecast-vs-measured --quick': 'takes half an hour; tests/forecast tests its parts',
  'npx pgram forecast my.ts --measure': 'measures for minutes; tests/forecast tests its parts',
  'node bin/pgram.mjs exec tools/replay-forecast.ts results/<run> [--learn results/<other>] [--cells]':
    'needs a run of forecast-vs-measured; tests/forecast replays cells',
  'node bin/pgram.mjs exec tools/calibrate-forecast.ts results/<run> [results/<run> …] [--trace]':
    'needs a run of forecast-vs-measured, and changes the sources',
  'node bin/pgram.mjs exec tools/forecast-literature.ts': 'traces large programs; tests/forecast tests its parts',
  'node bin/pgram.mjs exec tests/profile/section-shares.ts':
    'takes minutes; tests/profile/time-by-place does one run of it',
  'npx pgram analyze tests/fixtures/profile/sections.ts#sections --size 4':
    'shows shares; tests/profile/time-by-place holds them against clocks',
  'npx pgram analyze <target> --clinic flame,doctor,bubbleprof,heapprofiler': 'tests/profile/clinic runs each',
  'npx pgram cnn analyze --visualize': 'opens a browser; tests/profile/visualise has one of its own',
  'pgram analyze-bytecode all --slowdown': 'takes minutes; tests/census/executed measures one slowdown',
  'pgram tune <workload> --size 4096 --budget 120': 'takes minutes; tests/tune tunes small kernels',
  'npx pgram exec tools/trace262.ts run <checkout>': 'needs a checkout of test262; tests/trace262 runs a part',
  'npx pgram analyze-bytecode listing.ts#energy --size 100000 --explain':
    'has a test of its own here, which compares its counts with those shown',
  'npm run soak': 'takes hours; tests/faults, tests/fuzz and tests/adversarial run samples of it',
  'npm run soak -- fuzz --only "<reader>" --case <seed>': 'is printed by a failure; tests/fuzz runs the same cases',
  'npm run coverage': 'runs all tests',
  'npm run coverage -- tests/results': 'runs other tests',
};

const experiments = 'experiment run layers forecast-vs-measured peers opportunities profile-all --dry-run';

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
  'npx pgram qs run': 'qs run --variant tuned --size 8',
  'npx pgram experiment run layers': experiments,
  'npx pgram experiment run forecast-vs-measured': experiments,
  'npx pgram experiment run opportunities': experiments,
  'pgram experiment run peers': experiments,
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

/** What is put into the gaps of a command, or in the place of a reader's own file; made light at once. */
export const filled: Readonly<Record<string, string>> = {
  'npx pgram <verb> <target> [options]': 'trace examples/potential.ts#potential',
  'npx pgram <target> <verb>': 'examples/potential.ts#potential trace',
  'npx pgram <verb> --help': 'trace --help',
  'npx pgram trace my.ts#fn': 'trace examples/potential.ts#potential',
  'npx pgram forecast my.ts#fn': forecast,
  'pgram forecast <target>': forecast,
  'pgram trace <name>': 'trace matmul --size 8',
  'npx pgram analyze <target>': 'analyze qs --size 1000 --runs 1 --no-perf',
  'npx pgram analyze-bytecode <target>': 'analyze-bytecode examples/potential.ts#potential --size 64',
  'npx pgram report <run>': 'report RUN',
  'npx pgram trace matmul --out <run>/parts': 'trace matmul --size 4 --out RUN/parts',
  'npx pgram compare A B': 'compare RUN OTHER',
  'npx pgram compare <runA> <runB>': 'compare RUN OTHER',
  'pgram compare A B --out folder': 'compare RUN OTHER --out folder',
  'npx pgram experiment run profile-all [--quick] [--workload …] [--variant …]': experiments,
};
