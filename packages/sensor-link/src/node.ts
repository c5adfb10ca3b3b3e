// What only Node can do: TCP.

export * from './tcp-link.ts';
