import { realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Folders and files of a home that hold keys, passwords, or what opens a service. */
const IN_HOME = [
  ...['.ssh', '.aws', '.gnupg', '.azure', '.kube', '.docker', '.password-store', '.oci', '.terraform.d', '.1password'],
  ...['.config/gcloud', '.config/gh', '.config/hub', '.config/op', '.config/rclone', '.config/doctl', '.config/sops'],
  ...['.config/github-copilot', '.local/share/keyrings', 'Library/Keychains', '.mozilla', '.config/google-chrome'],
  ...['.config/chromium', '.netrc', '.git-credentials', '.config/git/credentials', '.pypirc', '.npmrc', '.yarnrc.yml'],
  ...['.pgpass', '.my.cnf', '.vault-token', '.terraformrc', '.cargo/credentials', '.cargo/credentials.toml'],
  ...['.gem/credentials', '.m2/settings.xml', '.gradle/gradle.properties', '.cache/huggingface/token', '.kaggle'],
  ...['.claude/.credentials.json', '.codex/auth.json', '.gemini/oauth_creds.json', '.local/share/opencode/auth.json'],
  ...['.bash_history', '.zsh_history', '.psql_history', '.mysql_history', '.python_history', '.node_repl_history'],
];

/** Gives where the keys of a home are, absolute; also where links lead, as homes are kept in repositories. */
export function secretPlaces(home: string): readonly string[] {
  return [...new Set(IN_HOME.flatMap((name) => [join(home, name), ...realPlace(join(home, name))]))];
}

function realPlace(path: string): readonly string[] {
  try {
    return [realpathSync(path)];
  } catch {
    return [];
  }
}
