/** What the models of an endpoint have refused, by model id, so that it is not asked again. */
export interface LearntQuirks<Quirks extends object> {
  get(id: string): Quirks | undefined;
  /** Adds a lesson; false when there is nothing new in it, so that asking again would change nothing. */
  learn(id: string, lesson: Quirks): boolean;
}

/** Makes the memory of one endpoint. */
export function learntQuirks<Quirks extends object>(): LearntQuirks<Quirks> {
  const known = new Map<string, Quirks>();
  return {
    get: (id) => known.get(id),
    learn: (id, lesson) => {
      const before = known.get(id);
      const isNew = Object.keys(lesson).some((quirk) => before === undefined || !(quirk in before));
      if (isNew) known.set(id, { ...before, ...lesson });
      return isNew;
    },
  };
}
