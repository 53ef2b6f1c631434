namespace Tandem.Care.Patients;

/// <summary>What tells two people of one name apart, in a line.</summary>
internal static class PersonAbout
{
    /// <summary>Age, pronouns and sex, as far as they are known; "–" when nothing is.</summary>
    internal static string AgeAndSex(PatientSummary person, DateOnly today)
    {
        var age = person.Deceased ? "" : PatientWords.Age(person.BirthDate, today);
        var parts = new[] { age, person.Pronouns, PatientWords.SexOf(person.Sex)?.ToString() ?? "" }.Where(part => part.Length > 0).ToList();
        return parts.Count == 0 ? "–" : string.Join(" · ", parts);
    }

    /// <summary>The same with birth date and record number.</summary>
    internal static string Line(PatientSummary person, DateOnly today) => string.Join(
        " · ",
        new[] { person.BirthDate.Length > 0 ? LocalDay.Birth(person.BirthDate) : "", AgeAndSex(person, today), person.Deceased ? PatientWords.Deceased.ToString() : "", person.Mrn }.Where(part => part.Length > 0));
}
