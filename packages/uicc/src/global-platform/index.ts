// GlobalPlatform: what card and hospital, and card and terminal, say to each other in its formats.
export {};
