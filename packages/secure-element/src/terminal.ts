// The phone's end of the patient's card: the MHA's commands as a client sends them.
export {};
