import { registerHooks } from 'node:module';

let registered = false;

/**
 * Lets a user's file in any folder write `import { defineWorkload } from 'parallelogram'` without installing anything
 * there: where Node finds no package of that name, it is this one.
 */
export function allowSelfImport(): void {
  if (registered) return;
  registered = true;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== 'parallelogram') return next(specifier, context);
      try {
        return next(specifier, context);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
        return { url: new URL('./index.ts', import.meta.url).href, shortCircuit: true };
      }
    },
  });
}
