import { CONFIG_KEYS } from '../../config/config.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { tell } from '../streams/standard-error.ts';
import { type CliCommand, columns } from './cli-command.ts';

/** Shows where the config file is and what it says, or every key that it knows. */
export const config: CliCommand = async ({ words, flags, setup, output }) => {
  const [what = 'show'] = words;
  if (what === 'keys') {
    const rows = Object.entries(CONFIG_KEYS).map(([key, schema]) => [key, schema.description ?? '']);
    await output.write(flags.json === true ? `${JSON.stringify(Object.fromEntries(rows), null, 2)}\n` : columns(rows));
    return EXIT.answered;
  }
  if (what === 'path') {
    await output.write(`${setup.configFile}\n`);
    return EXIT.answered;
  }
  if (what !== 'show') throw new CliError(`There is no "config ${what}". There are: show, path, keys.`);
  if (setup.configProblem !== undefined) throw new CliError(setup.configProblem);
  const shown = JSON.stringify(setup.config, hideKeys, 2);
  await output.write(flags.json === true ? `${shown}\n` : `${setup.configFile}\n${shown}\n`);
  for (const warning of setup.warnings) tell(`${warning}\n`);
  return EXIT.answered;
};

function hideKeys(name: string, value: unknown): unknown {
  if (name === 'key') return hidden(value);
  const holdsSecrets = (name === 'headers' || name === 'env') && typeof value === 'object' && value !== null;
  return holdsSecrets ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, hidden(one)])) : value;
}

/** A variable may be shown: it is not the secret. */
function hidden(value: unknown): unknown {
  return typeof value === 'string' && !/^(\w+ )?\$\{\w+\}$/.test(value) ? '…' : value;
}
