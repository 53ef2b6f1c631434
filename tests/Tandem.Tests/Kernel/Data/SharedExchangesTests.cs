using Tandem.Kernel.Data;

namespace Tandem.Tests.Kernel.Data;

/// <summary>Questions of many who ask at the same time: each has its own answer, and only what concerns all is told to all.</summary>
public sealed class SharedExchangesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ManualResetEventSlim begun = new();
    private readonly ManualResetEventSlim hold = new();
    private readonly List<int[]> asked = [];

    private static ReadLimit Patient => new(Patience, Cancel);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        begun.Dispose();
        hold.Dispose();
    }

    [Fact]
    public async Task Each_of_many_is_given_its_own_answer()
    {
        var (most, under, highest) = (5, 0, 0);
        var exchanges = new SharedExchanges<Question>(
            (questions, _) =>
            {
                highest = Math.Max(highest, Interlocked.Increment(ref under));
                Assert.InRange(questions.Count, 1, most);
                Answer(questions);
                Interlocked.Decrement(ref under);
            },
            atOnce: 2,
            most);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(asker => Task.Run(
            async () =>
            {
                for (var i = 0; i < 200; i++)
                {
                    var question = new Question((asker * 1000) + i);
                    await exchanges.AskAsync(question, Patient).WaitAsync(Patience, Cancel);
                    Assert.Equal(question.Number * 2, question.Answer);
                }
            },
            Cancel)));

        Assert.InRange(highest, 1, 2);
        Assert.Equal(0, under);
    }

    [Fact]
    public async Task Who_comes_alone_asks_at_once_on_its_own_thread()
    {
        var thread = 0;
        var exchanges = new SharedExchanges<Question>((_, _) => thread = Environment.CurrentManagedThreadId, atOnce: 1, most: 4);

        var asking = exchanges.AskAsync(new Question(1), Patient);
        Assert.True(asking.IsCompletedSuccessfully);
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
        await asking;
    }

    [Fact]
    public async Task A_fault_of_one_does_not_reach_who_shared_the_exchange_with_it()
    {
        var exchanges = new SharedExchanges<Question>(
            (questions, _) =>
            {
                Held(questions);
                if (questions.Any(question => question.Number == 3))
                    throw new DatabaseException("The third is refused.");
                Answer(questions);
            },
            atOnce: 1,
            most: 4);
        var (first, waiting) = await AskBehindAsync(exchanges, 2, 3, 4, 5, 6);

        await first;
        foreach (var (question, answer) in waiting)
        {
            if (question.Number == 3)
                Assert.Equal("The third is refused.", (await Assert.ThrowsAsync<DatabaseException>(() => answer)).Message);
            else
                await answer;
        }

        Assert.All(waiting.Where(one => one.Question.Number != 3), one => Assert.Equal(one.Question.Number * 2, one.Question.Answer));
        Assert.Equal([[1], [2, 3, 4, 5], [2], [3], [4], [5], [6]], asked);
    }

    [Fact]
    public async Task A_lost_connection_is_told_to_all_who_shared_the_exchange_and_to_nobody_else()
    {
        var exchanges = new SharedExchanges<Question>(
            (questions, _) =>
            {
                Held(questions);
                if (questions.Any(question => question.Number == 3))
                    throw new DatabaseUnavailableException("The connection to the database was lost.");
                Answer(questions);
            },
            atOnce: 1,
            most: 2);
        var (first, waiting) = await AskBehindAsync(exchanges, 2, 3, 4);

        await first;
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => waiting[0].Answer);
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => waiting[1].Answer);
        await waiting[2].Answer;
        Assert.Equal([[1], [2, 3], [4]], asked);
    }

    [Fact]
    public async Task After_a_fault_of_who_asked_alone_the_next_is_served_and_nobody_waits_for_ever()
    {
        var exchanges = new SharedExchanges<Question>(
            (questions, _) =>
            {
                Held(questions);
                if (questions[0].Number == 1)
                    throw new DatabaseException("The first is refused.");
                Answer(questions);
            },
            atOnce: 1,
            most: 4);
        var (first, waiting) = await AskBehindAsync(exchanges, 2);

        await Assert.ThrowsAsync<DatabaseException>(() => first);
        await waiting[0].Answer;
        var later = new Question(7);
        await exchanges.AskAsync(later, Patient).WaitAsync(Patience, Cancel);
        Assert.Equal(14, later.Answer);
    }

    [Fact]
    public async Task Who_gives_up_does_not_wait_for_the_exchange_and_is_left_out_of_the_next()
    {
        using var gone = new CancellationTokenSource();
        var exchanges = new SharedExchanges<Question>(
            (questions, _) =>
            {
                Held(questions);
                Answer(questions);
            },
            atOnce: 1,
            most: 4);
        var first = Task.Run(() => exchanges.AskAsync(new Question(1), Patient), Cancel);
        begun.Wait(Cancel);
        var impatient = exchanges.AskAsync(new Question(2), new ReadLimit(Patience, gone.Token));
        var patient = new Question(3);
        var answer = exchanges.AskAsync(patient, Patient);

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient.WaitAsync(Patience, Cancel));
        hold.Set();
        await first.WaitAsync(Patience, Cancel);
        await answer.WaitAsync(Patience, Cancel);

        Assert.Equal(6, patient.Answer);
        Assert.Equal([[1], [3]], asked);
    }

    [Fact]
    public async Task An_exchange_goes_on_for_those_who_stay_and_ends_when_all_have_gone()
    {
        using CancellationTokenSource one = new(), another = new();
        using var isEnded = new ManualResetEventSlim();
        var exchanges = new SharedExchanges<Question>(
            (questions, limit) =>
            {
                Held(questions);
                if (questions[0].Number == 1)
                    return;
                while (!limit.IsOver(0))
                    Cancel.ThrowIfCancellationRequested();
                isEnded.Set();
                throw limit.Ended(null);
            },
            atOnce: 1,
            most: 4);
        var first = Task.Run(() => exchanges.AskAsync(new Question(1), Patient), Cancel);
        begun.Wait(Cancel);
        Task[] waiting = [exchanges.AskAsync(new Question(2), new ReadLimit(Patience, one.Token)), exchanges.AskAsync(new Question(3), new ReadLimit(Patience, another.Token))];
        hold.Set();
        await first;

        await one.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting[0].WaitAsync(Patience, Cancel));
        Assert.False(isEnded.IsSet);
        Assert.False(waiting[1].IsCompleted);
        await another.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting[1].WaitAsync(Patience, Cancel));
        isEnded.Wait(Cancel);

        Assert.Equal([[1], [2, 3]], asked);
    }

    [Fact]
    public async Task When_one_question_uses_up_the_time_of_all_the_others_are_asked_again_alone_and_do_not_wait_for_it()
    {
        using var answered = new CountdownEvent(3);
        var exchanges = new SharedExchanges<Question>(
            (questions, limit) =>
            {
                Held(questions);
                if (questions is [{ Number: 3 }])
                    answered.Wait(Cancel); // it is the last to end, whoever asks
                if (questions.Any(question => question.Number == 3))
                    throw new ReadTooLongException(null);
                Answer(questions);
            },
            atOnce: 1,
            most: 4);
        var (first, waiting) = await AskBehindAsync(exchanges, 2, 3, 4, 5);

        await first;
        foreach (var (question, answer) in waiting.Where(one => one.Question.Number != 3))
        {
            await answer;
            Assert.Equal(question.Number * 2, question.Answer);
            answered.Signal();
        }

        await Assert.ThrowsAsync<ReadTooLongException>(() => waiting[1].Answer);
        Assert.Equal([[1], [2, 3, 4, 5]], asked[..2]);
        Assert.Equal([2, 3, 4, 5], asked[2..].Select(Assert.Single).Order());
    }

    [Fact]
    public async Task Who_shares_an_exchange_shares_half_of_the_time_so_that_the_other_half_is_for_asking_alone()
    {
        var times = new List<long>();
        var exchanges = new SharedExchanges<Question>(
            (questions, limit) =>
            {
                Held(questions);
                lock (times)
                    times.Add(limit.Left);
                Answer(questions);
            },
            atOnce: 1,
            most: 4);
        var (first, waiting) = await AskBehindAsync(exchanges, 2, 3);
        await first;
        await Task.WhenAll(waiting.Select(one => one.Answer));

        Assert.Equal([(long)Patience.TotalMilliseconds, (long)Patience.TotalMilliseconds / 2], times);
    }

    /// <summary>The first asks; the others come while its exchange is under way, which then ends.</summary>
    private async Task<(Task First, List<(Question Question, Task Answer)> Waiting)> AskBehindAsync(SharedExchanges<Question> exchanges, params int[] numbers)
    {
        var first = Task.Run(() => exchanges.AskAsync(new Question(1), Patient), Cancel);
        begun.Wait(Cancel);
        var waiting = numbers.Select(number => new Question(number)).Select(question => (question, Answer: exchanges.AskAsync(question, Patient).WaitAsync(Patience, Cancel))).ToList();
        Assert.All(waiting, one => Assert.False(one.Answer.IsCompleted));
        hold.Set();
        await Task.WhenAny(first.WaitAsync(Patience, Cancel));
        return (first, waiting);
    }

    private void Held(IReadOnlyList<Question> questions)
    {
        lock (asked)
            asked.Add([.. questions.Select(question => question.Number)]);
        begun.Set();
        hold.Wait(Cancel);
    }

    private static void Answer(IReadOnlyList<Question> questions)
    {
        foreach (var question in questions)
            question.Answer = question.Number * 2;
    }

    private sealed class Question(int number)
    {
        internal int Number => number;

        internal int? Answer { get; set; }
    }
}
