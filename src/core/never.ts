/** Ends a `switch` over a kind: the compiler refuses the call while a kind is left out. */
export function never(value: never): never {
  throw new Error(`A kind nobody thought of: ${JSON.stringify(value)}`);
}
