const nothing = (): void => {};

/** Takes what the SDKs would print. They print raw bytes of the model's when an event is malformed. */
export const SILENT_LOGGER = { error: nothing, warn: nothing, info: nothing, debug: nothing };
