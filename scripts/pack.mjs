// What is published needs no dependencies: everything is in dist. `prepack` takes them out of package.json, `postpack`
// brings the file back as it was.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const manifest = fileURLToPath(new URL('../package.json', import.meta.url));
const kept = fileURLToPath(new URL('../.package.json.kept', import.meta.url));

if (process.argv[2] === 'before') {
  const text = readFileSync(existsSync(kept) ? kept : manifest, 'utf8');
  writeFileSync(kept, text);
  const { dependencies, devDependencies, scripts, ...published } = JSON.parse(text);
  writeFileSync(manifest, `${JSON.stringify(published, null, 2)}\n`);
} else if (existsSync(kept)) {
  renameSync(kept, manifest);
}
