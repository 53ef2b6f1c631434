namespace Tandem.Trial.Demo;

/// <summary>Names that read like names and are plainly made up: every surname holds a word such as Sample, Testperson or Prueba.</summary>
internal static class SyntheticNames
{
    /// <summary>The words one of which is in every surname.</summary>
    internal static readonly IReadOnlyList<string> Marks =
        ["Sample", "Testperson", "Example", "Demo", "Mock", "Specimen", "Fictional", "Prueba", "Ejemplo", "Muestra"];

    private static readonly string[] SpanishMarks = ["Prueba", "Ejemplo", "Muestra"];

    private static readonly string[] Families =
    [
        "Larsen", "Okafor", "Nguyen", "Novak", "Becker", "Whitefeather", "Haddad", "Lindqvist", "Moreau", "Kowalski", "Osei", "Tanaka", "Brennan", "Dvorak",
        "Hollis", "Iverson", "Jankowski", "Kearney", "Lomax", "Mbeki", "Norgaard", "Oduya", "Petrov", "Quill", "Rasmussen", "Strand", "Thorne", "Ulrich",
        "Vance", "Weller", "Yoder", "Zeman", "Ashford", "Bexley", "Calder", "Dunmore", "Ellery", "Fairbank", "Garrow", "Hartwell",
    ];

    private static readonly string[] SpanishFamilies =
    [
        "Rivera", "Morales", "Ibáñez", "Fuentes", "Castañeda", "Ortega", "Peña", "Quintero", "Salazar", "Trujillo", "Urrutia", "Vidal", "Zamora", "Núñez", "Campos",
        "Delgado", "Espinoza", "Galván", "Herrera", "Luján",
    ];

    private static readonly string[] Women =
    [
        "Ada", "Beatrice", "Clara", "Dorothy", "Edith", "Florence", "Greta", "Harriet", "Ingrid", "Joan", "Katherine", "Lillian", "Margaret", "Nora", "Olive", "Phyllis",
        "Rose", "Sylvia", "Thelma", "Vera", "Winona", "Amara", "Linh", "Priya", "Yuki", "Hannah", "Megan", "Brooke", "Kayla", "Tessa",
    ];

    private static readonly string[] Men =
    [
        "Albert", "Bernard", "Carl", "Douglas", "Earl", "Frank", "George", "Harold", "Ivan", "James", "Kenneth", "Leonard", "Martin", "Nathan", "Oscar", "Peter",
        "Ralph", "Samuel", "Theodore", "Victor", "Walter", "Kwame", "Minh", "Arjun", "Hiroshi", "Dylan", "Ethan", "Caleb", "Logan", "Owen",
    ];

    private static readonly string[] SpanishWomen =
        ["Alicia", "Beatriz", "Carmen", "Dolores", "Esperanza", "Guadalupe", "Inés", "Luz María", "Marisol", "Noemí", "Pilar", "Rocío", "Sofía", "Teresa", "Ximena"];

    private static readonly string[] SpanishMen =
        ["Andrés", "Benito", "César", "Diego", "Emilio", "Fernando", "Gustavo", "Héctor", "Ignacio", "José Luis", "Lorenzo", "Manuel", "Nicolás", "Rubén", "Tomás"];

    internal static string Given(Dice dice, bool isFemale, bool isSpanish) => dice.Pick((isFemale, isSpanish) switch
    {
        (true, true) => SpanishWomen,
        (true, false) => Women,
        (false, true) => SpanishMen,
        (false, false) => Men,
    });

    internal static string Family(Dice dice, bool isSpanish)
    {
        var mark = dice.Pick(isSpanish ? SpanishMarks : Marks);
        var family = dice.Pick(isSpanish ? SpanishFamilies : Families);
        return dice.Below(10) switch { 0 => mark == "Mock" ? "Mockley" : mark, < 6 => $"{mark}-{family}", _ => $"{family}-{mark}" };
    }
}
