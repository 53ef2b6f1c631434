using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Tests.Support;

namespace Tandem.Tests.Kernel.Data;

/// <summary>Questions that differ in their values alone are one statement for the server, and each takes the rows that it would take alone.</summary>
public sealed class AskedTogetherTests : IDisposable
{
    private const string Counting = "SELECT i, CAST($2 AS TEXT), CAST($3 AS DOUBLE PRECISION), current_query() FROM generate_series(1, CAST($1 AS BIGINT)) i ORDER BY i DESC";
    private const string OfNoKind = "SELECT i, current_query() FROM generate_series(1, $1) i";

    private readonly PostgresDatabase? database;

    public AskedTogetherTests()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        database = new PostgresDatabase(PostgresServer.NewDatabase());
    }

    public void Dispose() => database?.Dispose();

    [Fact]
    public void Each_takes_its_own_rows_in_their_order()
    {
        Question[] questions = [Counted(3, "a", 0.5), Counted(0, "none", 1), Counted(2, "b'$1", -2), Counted(3, "a", 0.5)];

        for (var turn = 0; turn < 3; turn++) // prepared from the second on
            database!.AskTogether(questions);

        Assert.Equal(["3 a 0.5", "2 a 0.5", "1 a 0.5"], questions[0].Rows.Select(Told));
        Assert.Empty(questions[1].Rows);
        Assert.Equal(["2 b'$1 -2", "1 b'$1 -2"], questions[2].Rows.Select(Told));
        Assert.Equal(questions[0].Rows, questions[3].Rows);
        Assert.NotEqual(Counting, Assert.Single(questions.SelectMany(question => question.Rows).Select(row => row[3]).Distinct()));
    }

    [Fact]
    public void What_differs_in_more_than_values_is_asked_beside()
    {
        Question[] questions =
        [
            Counted(1, "a", 1), new("SELECT CAST($1 AS BIGINT), current_query()", [7]), Counted(2, null, 2), new(OfNoKind, [1]), new(OfNoKind, [2]), new("SELECT 8, current_query()", []),
        ];

        database!.AskTogether(questions);

        Assert.Equal(["1", "7", "2,1", "1", "1,2", "8"], questions.Select(question => string.Join(",", question.Rows.Select(row => row[0]))));
        Assert.Equal(["", ""], questions[2].Rows.Select(row => row[1]));
        Assert.All(questions, question => Assert.All(question.Rows, row => Assert.Equal(question.Sql, row[^1]))); // of the two that count one has no text
    }

    [Fact]
    public void A_fault_of_one_is_a_fault_of_all_and_leaves_the_connection_as_it_was()
    {
        const string Divided = "SELECT 6 / CAST($1 AS BIGINT), current_query()";
        Assert.Throws<DatabaseException>(() => database!.AskTogether([new Question(Divided, [2]), new Question(Divided, [0])]));

        Question[] questions = [new(Divided, [2]), new(Divided, [3])];
        database!.AskTogether(questions);

        Assert.Equal(["3", "2"], questions.Select(question => question.Rows[0][0]));
    }

    private static Question Counted(long count, string? word, double number) => new(Counting, [count, word, number]);

    private static string Told(string[] row) => string.Join(' ', row[..3]);

    private sealed class Question(string sql, DbValue[] values) : DbQuestion
    {
        internal List<string[]> Rows { get; } = [];

        public override string Sql => sql;

        public override DbValue[] Values => values;

        public override void Begin() => Rows.Clear();

        public override void Read(DbRow row) => Rows.Add(sql == Counting
            ? [$"{row.Integer(0)}", row.IsNull(1) ? "" : row.Text(1), row.Real(2).ToString(System.Globalization.CultureInfo.InvariantCulture), row.Text(3)]
            : [$"{row.Integer(0)}", row.Text(1)]);
    }
}
