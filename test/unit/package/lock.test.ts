import { readFileSync } from 'node:fs';
import { satisfies } from 'semver';
import { expect, test } from 'vitest';

interface LockedPackage {
  readonly version?: string;
  readonly engines?: { readonly node?: string };
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly hasInstallScript?: boolean;
  readonly optional?: boolean;
  readonly resolved?: string;
}

const packages = (
  JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Readonly<Record<string, LockedPackage>> }
).packages;

test('no locked package excludes Node 20', () => {
  const excluding = Object.entries(packages)
    .filter(([, { engines }]) => engines?.node !== undefined && !satisfies('20.20.0', engines.node))
    .map(([name, { engines }]) => `${name} ${engines?.node}`);
  expect(excluding).toEqual([]);
});

test('every platform binary of an optional dependency is in the lock', () => {
  const missing = Object.entries(packages).flatMap(([name, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((dependency) => !isLocked(name, dependency))
      .map((dependency) => `${name} → ${dependency}`),
  );
  expect(missing).toEqual([]);
});

test('nothing that is installed runs an install script, and no download address is recorded', () => {
  const scripts = Object.entries(packages).filter(
    ([name, { hasInstallScript, optional }]) => name !== '' && hasInstallScript && !optional,
  );
  expect(scripts).toEqual([]);
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

function isLocked(parent: string, dependency: string): boolean {
  for (let folder = parent; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${dependency}`] !== undefined) return true;
    if (folder === '') return false;
  }
}
