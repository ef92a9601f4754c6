//! The comparison of a pair, which Diesel's builder lacks: it is what lets an index on (key, id) start in its middle.

use diesel::{
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    result::QueryResult,
    sql_types::Bool,
};

/// `(key, id) < (…, …)` or `>`: the rows that follow one row in a list. Two conditions joined by OR say the same, but
/// then the index is walked from the list's head.
#[derive(Clone, Copy, Debug)]
pub struct Follows<Key, Id, KeyValue, IdValue> {
    key: Key,
    id: Id,
    key_value: KeyValue,
    id_value: IdValue,
    operator: &'static str,
}

/// The rows after this one where both key and id descend.
pub fn below<Key, Id, KeyValue, IdValue>(
    (key, id): (Key, Id),
    (key_value, id_value): (KeyValue, IdValue),
) -> Follows<Key, Id, KeyValue, IdValue> {
    Follows {
        key,
        id,
        key_value,
        id_value,
        operator: ") < (",
    }
}

/// The rows after this one where both key and id ascend.
pub fn above<Key, Id, KeyValue, IdValue>(
    (key, id): (Key, Id),
    (key_value, id_value): (KeyValue, IdValue),
) -> Follows<Key, Id, KeyValue, IdValue> {
    Follows {
        key,
        id,
        key_value,
        id_value,
        operator: ") > (",
    }
}

impl<K, I, KV, IV> Expression for Follows<K, I, KV, IV>
where
    K: Expression,
    I: Expression,
    KV: Expression<SqlType = K::SqlType>,
    IV: Expression<SqlType = I::SqlType>,
{
    type SqlType = Bool;
}

impl<K, I, KV, IV> QueryFragment<Pg> for Follows<K, I, KV, IV>
where
    K: QueryFragment<Pg>,
    I: QueryFragment<Pg>,
    KV: QueryFragment<Pg>,
    IV: QueryFragment<Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(");
        self.key.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        self.id.walk_ast(out.reborrow())?;
        out.push_sql(self.operator);
        self.key_value.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        self.id_value.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<K, I, KV, IV> QueryId for Follows<K, I, KV, IV> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<K, I, KV, IV, GB> ValidGrouping<GB> for Follows<K, I, KV, IV> {
    type IsAggregate = is_aggregate::No;
}

impl<K, I, KV, IV, QS> AppearsOnTable<QS> for Follows<K, I, KV, IV>
where
    Self: Expression,
    K: AppearsOnTable<QS>,
    I: AppearsOnTable<QS>,
{
}

impl<K, I, KV, IV, QS> SelectableExpression<QS> for Follows<K, I, KV, IV>
where
    Self: AppearsOnTable<QS>,
    K: SelectableExpression<QS>,
    I: SelectableExpression<QS>,
{
}
