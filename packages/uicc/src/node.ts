// Ways to a card that only Node has.
export {};
