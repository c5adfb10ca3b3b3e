// The office: people, their devices and invitations for an administrator; the audit log for an auditor.
export function OfficePage() {
  return (
    <main>
      <h1>Office</h1>
    </main>
  );
}
