/** The part that is used. The package's own types name files in a way that this compiler does not follow. */
declare module '@huggingface/tokenizers' {
  export class Tokenizer {
    constructor(tokenizer: object, config: object);
    encode(text: string): { readonly ids: number[] };
  }
}
