// The patient's UICC as a process of its own.

export { cardCommand } from './card-command.ts';
export { CardAppError, type CardAppErrorCode, cardAppErrorCodes } from './errors.ts';
export { buildMhaCode } from './image/build-mha-code.ts';
