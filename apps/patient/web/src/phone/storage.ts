// Whether the browser may throw the card away when it is short of room. A browser that is asked may say no; what is in
// the card then is at its mercy, and the patient is told.

export async function persist(): Promise<boolean> {
  try {
    return (await navigator.storage.persisted()) || (await navigator.storage.persist());
  } catch {
    return false;
  }
}
