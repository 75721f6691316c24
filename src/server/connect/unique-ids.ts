/** Makes a function that gives an id nobody else got from it: the wanted one if it is free, else one made from it. */
export function createUniqueIds(newId: () => string): (wanted: string) => string {
  const given = new Set<string>();
  return (wanted) => {
    let id = wanted === '' ? newId() : wanted;
    for (let count = 2; given.has(id); count += 1) id = `${wanted}~${count}`;
    given.add(id);
    return id;
  };
}
