import { existsSync } from 'node:fs';
import { dirname, relative } from 'node:path';

/** What Node says where an import leads nowhere. */
const said = /^Cannot find (module|package) '([^']+)' imported from (\S.*)$/;

/**
 * An import that leads nowhere, as its author wrote it and with what to do; undefined for any other error. (The stack of
 * Node's error names the loaders that were asked, not the file with the import.)
 */
export function missingImport(error: Error): string | undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  const [, kind, name, importer] = said.exec(error.message) ?? [];
  if (!kind || !name || !importer) return undefined;
  if (kind === 'package')
    return `${importer}: it imports the package \`${name}\`, which is in no node_modules around it. Install it there (\`npm install ${name}\`), or correct the name.`;
  const written = (file: string): string => {
    const path = relative(dirname(importer), file).replaceAll('\\', '/');
    return path.startsWith('.') ? path : `./${path}`;
  };
  const near = [`${name}.ts`, `${name}.js`, name.replace(/\.js$/, '.ts'), `${name}/index.ts`].find(
    file => file !== name && existsSync(file),
  );
  const cure = near ? `There is \`${written(near)}\`: import that.` : 'Correct the path, or add the file.';
  return `${importer}: it imports \`${written(name)}\`, which does not exist. ${cure}`;
}
