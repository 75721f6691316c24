import type { SlashCommand } from './command.ts';

/** Said where there are no models to choose from: the agent is somewhere else. */
export const OWN_MODEL = 'The agent chooses its own model.';

export const model: SlashCommand = {
  name: 'model',
  argument: '[model]',
  description: 'Choose the model; several joined with a comma take turns',
  complete: async ({ services }) =>
    (await services.listModels())
      .filter((choice) => choice.unavailable === undefined)
      .map(({ name, detail }) => ({ value: name, ...(detail === undefined ? {} : { description: detail }) })),
  run: (argument, { open, send }) => {
    if (argument === '') open('models');
    else send({ type: 'switch_model', model: argument });
  },
};
