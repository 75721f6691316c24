import { formatTokens } from '../../format.ts';
import type { ModelListing } from '../../providers/catalog/catalog-settings.ts';
import { EXIT } from '../exit-codes.ts';
import { openModels } from '../wiring/open-models.ts';
import { type CliCommand, columns } from './cli-command.ts';

/** Lists the models that can be used now, then what the others lack. */
export const models: CliCommand = async ({ words, flags, setup, output }) => {
  const wanted = words.join(' ').toLowerCase();
  const all = await openModels(setup).list();
  const listed = all.filter(({ name }) => name.toLowerCase().includes(wanted));
  if (flags.json === true) {
    await output.write(`${JSON.stringify(listed, null, 2)}\n`);
    return EXIT.answered;
  }
  const usable = listed.filter((model) => model.is_usable);
  await output.write(usable.length === 0 ? 'No such model can be used now.\n' : columns(usable.map(row)));
  const lacking = new Map<string, string>();
  for (const { provider, is_usable, lacks } of listed) {
    if (!is_usable && lacks !== undefined) lacking.set(provider, lacks);
  }
  if (lacking.size > 0)
    await output.write(`\nNot usable yet:\n${columns([...lacking].map(([name, lacks]) => [`  ${name}`, lacks]))}`);
  return EXIT.answered;
};

function row(model: ModelListing): readonly string[] {
  const { context_limit, prices } = model;
  return [
    model.name,
    context_limit === undefined ? 'window unknown' : `${formatTokens(context_limit)} window`,
    prices === undefined ? 'price unknown' : `$${prices.input} in, $${prices.output} out`,
    model.warning ?? '',
  ];
}
