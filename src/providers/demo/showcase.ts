/** The first words of the demo in a session. */
export const INTRODUCTION =
  'I am the demo: a small script inside agent-chat, not a language model. The agent, the tools and the files are real.';

/** What the demo understands, as examples that work as they stand. */
export const HELP = `Try one of these, or join them with "and" or "then":

- list the files here
- read the README
- search for "TODO" in src
- run \`ls -la\`
- create notes.txt with "hello"
- replace "hello" with "good morning" in notes.txt
- fetch https://example.com
- use several tools at once
- think about it · show me markdown · write a long answer · count to 100

For real answers set a key (\`ANTHROPIC_API_KEY\`, \`OPENAI_API_KEY\` …) or start a local server such as Ollama, then choose with \`/model\`.`;

/** One of everything that an answer may contain. */
export const SHOWCASE = `# A heading

A paragraph with **bold**, *italic*, ~~struck~~ and \`inline code\`, and [a link](https://example.com).

## Lists

1. First
2. Second
   - nested, with a longer line that has to wrap somewhere because it does not fit into eighty columns
   - 日本語 and emoji: 👍 🎉
3. Third

- [x] done
- [ ] open

> A quotation,
> of two lines.

## Code

\`\`\`ts
export function fibonacci(n: number): number {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}
\`\`\`

\`\`\`diff
-const answer = 41;
+const answer = 42;
\`\`\`

## A table

| provider  | protocol         | window |
| :-------- | :--------------: | -----: |
| anthropic | Messages         |     1M |
| openai    | Responses        |  1.05M |
| demo      | script           |    32k |

---

That was all of it.`;

const SENTENCES = [
  'This paragraph exists to be long.',
  'It is streamed a few characters at a time, as a language model would.',
  'Nothing in it was thought up just now: the demo is a script.',
  'You can type while it runs; what you send enters before the next step.',
  'A cancel stops it, and what was already visible stays.',
  'Resize the terminal, scroll back, fold things: nothing should flicker.',
  'The bar below counts an estimate of the tokens that this text would cost.',
];

/** Makes a text of so many numbered paragraphs, always the same. */
export function longText(paragraphs: number): string {
  const parts: string[] = [];
  for (let index = 0; index < paragraphs; index += 1) {
    const rotated = [...SENTENCES.slice(index % SENTENCES.length), ...SENTENCES.slice(0, index % SENTENCES.length)];
    parts.push(`**${index + 1}.** ${rotated.slice(0, 5).join(' ')}`);
  }
  return parts.join('\n\n');
}
