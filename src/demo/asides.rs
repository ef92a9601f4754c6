//! What happens beside the rounds of a KYC: edits, notes, and colleagues who open the page.

use serde_json::Value;

use super::{
    chance::Chance,
    house::AUDITOR,
    plan::By,
    size::{ENTRIES, promised},
    staging::Chunk,
    story::{Teller, Told},
};
use crate::audit::event::{Change, Event, Subject, What};

impl Teller<'_> {
    /// A change of the phone, a note: for some.
    pub(super) fn edits_and_notes(
        &mut self,
        chunk: &mut Chunk,
        told: &mut Told,
        clerk: usize,
    ) -> anyhow::Result<()> {
        const NOTES: [&str; 6] = [
            "Called: the new address will follow by post.",
            "Asked for a clearer copy of the second page.",
            "Spoke with the branch; nothing to add for now.",
            "Source of funds: sale of a flat, deed seen.",
            "Prefers to be written to, not called.",
            "Same address as another customer: siblings.",
        ];
        if self.chance.percent(18)
            && let Some(at) = self.later(told.added_at, 60, 260_000)
        {
            let phone = |chance: &mut Chance| format!("6{}", chance.digits(8));
            let (before, after) = (phone(&mut self.chance), phone(&mut self.chance));
            let event = Event::new(What::CustomerEdited, Subject::Customer(told.reference))
                .changing(vec![Change::personal("phone", before, after)]);
            told.touch(at);
            self.say(chunk, told, at, By::Member(clerk), &event)?;
        }
        if self.chance.percent(9)
            && let Some(at) = self.later(told.added_at, 30, 40_000)
        {
            let author = self.house.somebody(&mut self.chance, told.branch, None);
            let body = *self.chance.pick(&NOTES);
            chunk.notes.push(&[
                &self.house.organisation,
                &self.chance.id(at),
                &told.reference.id.0,
                &body,
                &self.house.staff_id(author),
                &at,
            ]);
            let event = Event::new(What::NoteWritten, Subject::Customer(told.reference))
                .changing(vec![Change::personal("body", Value::Null, body)]);
            told.touch(at);
            self.say(chunk, told, at, By::Member(author), &event)?;
        }
        Ok(())
    }

    /// Openings of the page: as many as make the log as long as it was promised to be.
    pub(super) fn views(&mut self, chunk: &mut Chunk, told: &Told, nth: u64) -> anyhow::Result<()> {
        let wanted = promised(ENTRIES, nth);
        let event = Event::new(What::CustomerViewed, Subject::Customer(told.reference));
        for _ in 0..wanted.saturating_sub(self.entries).min(6) {
            let Some(at) = self.later(told.added_at, 16, 30_000) else {
                break;
            };
            let member = if self.chance.percent(12) {
                AUDITOR
            } else {
                self.house.somebody(&mut self.chance, told.branch, None)
            };
            self.say(chunk, told, at, By::Member(member), &event)?;
        }
        Ok(())
    }
}
