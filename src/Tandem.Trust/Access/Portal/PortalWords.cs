using Tandem.Kernel.Pages;

namespace Tandem.Trust.Access;

/// <summary>What the page says that lets patients and representatives in.</summary>
internal static class PortalWords
{
    internal static readonly Phrase Title = new("Accounts for this record", "Cuentas de este expediente");
    internal static readonly Phrase Lead = new(
        "The patient, and those who stand for the patient, sign in with an account of their own and see this record.",
        "La persona, y quienes la representan, entran con una cuenta propia y ven este expediente.");
    internal static readonly Phrase Who = new("Who may sign in", "Quién puede entrar");
    internal static readonly Phrase Acts = new("What can be done", "Qué se puede hacer");
    internal static readonly Phrase Name = new("Name", "Nombre");
    internal static readonly Phrase Standing = new("As", "Como");
    internal static readonly Phrase State = new("State", "Estado");
    internal static readonly Phrase Until = new("Until", "Hasta");
    internal static readonly Phrase Patient = new("Patient", "Paciente");
    internal static readonly Phrase NoEnd = new("No end", "Sin fin");
    internal static readonly Phrase None = new("No account yet", "Aún sin cuenta");
    internal static readonly Phrase Open = new("May sign in", "Puede entrar");
    internal static readonly Phrase Closed = new("Closed", "Cerrada");
    internal static readonly Phrase NotAgreed = new("Sees nothing: no agreement is kept", "No ve nada: no consta acuerdo");
    internal static readonly Phrase Invite = new("Make a sign-in link for {0}", "Crear un enlace de acceso para {0}");
    internal static readonly Phrase End = new("End access of {0}", "Terminar el acceso de {0}");
    internal static readonly Phrase EndShort = new("End access", "Terminar el acceso");
    internal static readonly Phrase Ended = new("Access has ended for this record.", "El acceso a este expediente terminó.");
    internal static readonly Phrase AddTitle = new("Let somebody stand for this patient", "Permitir que alguien represente a esta persona");
    internal static readonly Phrase AddText = new(
        "Of a child they see what the child's safety allows; from 12 on not what the young person decides alone; of an adult only what the adult agreed to.",
        "De un niño ven lo que permite su seguridad; desde los 12 años, no lo que decide solo; de un adulto, solo lo que el adulto aceptó.");
    internal static readonly Phrase Relationship = new("Relationship to the patient", "Relación con la persona");
    internal static readonly Phrase LastDay = new("Last day", "Último día");
    internal static readonly Phrase LastDayHint = new("Empty when there is no end, such as for the parents of a child.", "Vacío si no hay fin, como para los padres de un niño.");
    internal static readonly Phrase Agreed = new("The patient is an adult and agreed to this, in writing or before a witness", "La persona es adulta y lo aceptó, por escrito o ante testigo");
    internal static readonly Phrase AgreedHint = new("It is kept as a consent of the patient, who can take it back at any time.", "Queda como consentimiento de la persona, que puede retirarlo cuando quiera.");
    internal static readonly Phrase Add = new("Add and make a link", "Añadir y crear un enlace");
    internal static readonly Phrase NameMissing = new("Give a name of at most 200 characters.", "Escriba un nombre de hasta 200 caracteres.");
    internal static readonly Phrase RelationshipMissing = new("Choose how they are related.", "Elija la relación.");
    internal static readonly Phrase AgreementMissing = new("An adult decides alone who sees the record. Ask first, then tick this.", "Una persona adulta decide quién ve su expediente. Pregunte primero y luego marque esto.");
    internal static readonly Phrase NotForYou = new("You cannot let anybody in to this record", "No puede dar acceso a este expediente");
    internal static readonly Phrase NotForYouText = new(
        "Who looks after a patient does: the front desk, coordinators, nurses, physicians and social workers of a house that treats the patient.",
        "Lo hace quien atiende a la persona: recepción, coordinación, enfermería, medicina y trabajo social de una casa que la trata.");
    internal static readonly Phrase NobodyLikeThis = new("Nobody like this stands for the patient. Open the page again.", "Nadie así representa a la persona. Abra la página otra vez.");

    internal static readonly Phrase OtherAccount = new(
        "This record has the id of an account of somebody who works here, so no account can be made of it. Tell your administrator.",
        "Este expediente lleva el id de la cuenta de alguien que trabaja aquí, así que no se puede crear una cuenta. Avise a su administrador.");

    /// <summary>How somebody may be related: HL7 v3 RoleCode, the most usual first.</summary>
    internal static readonly IReadOnlyDictionary<string, Phrase> Relationships = new Dictionary<string, Phrase>(StringComparer.Ordinal)
    {
        ["MTH"] = new("Mother", "Madre"), ["FTH"] = new("Father", "Padre"), ["GUARD"] = new("Guardian", "Tutor o tutora"), ["CHILD"] = new("Daughter or son", "Hija o hijo"),
        ["SPS"] = new("Wife or husband", "Cónyuge"), ["DOMPART"] = new("Partner", "Pareja"), ["SIB"] = new("Sister or brother", "Hermana o hermano"),
        ["GRPRN"] = new("Grandparent", "Abuela o abuelo"), ["POWATT"] = new("Power of attorney", "Con poder notarial"), ["FRND"] = new("Friend", "Amistad"), ["EXT"] = new("Other family", "Otro familiar"),
    };

    /// <summary>A relationship in words; a code that is not among them as it is.</summary>
    internal static string RelationshipOf(string? code) => code is null ? Patient : Relationships.TryGetValue(code, out var phrase) ? phrase : code;

    /// <summary>A state in words.</summary>
    internal static Phrase Of(PortalState state) => state switch
    {
        PortalState.Open => Open,
        PortalState.Closed => Closed,
        _ => None,
    };
}
