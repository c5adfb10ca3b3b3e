// The patient's UICC as a process of its own.
export {};
