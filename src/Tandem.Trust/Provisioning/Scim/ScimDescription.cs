using System.Text.Json.Nodes;

namespace Tandem.Trust.Provisioning.Scim;

/// <summary>What the SCIM interface says of itself (RFC 7643, sections 5 to 7).</summary>
internal static class ScimDescription
{
    internal static JsonObject Provider() => new()
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"),
        ["patch"] = Supported(true), ["bulk"] = new JsonObject { ["supported"] = false, ["maxOperations"] = 0, ["maxPayloadSize"] = 0 },
        ["filter"] = new JsonObject { ["supported"] = true, ["maxResults"] = 200 }, ["changePassword"] = Supported(false), ["sort"] = Supported(true), ["etag"] = Supported(true),
        ["authenticationSchemes"] = new JsonArray(new JsonObject
        {
            ["type"] = "oauthbearertoken", ["name"] = "Bearer token", ["description"] = "A token that an administrator of the organisation made in the hub.", ["primary"] = true,
        }),
        ["meta"] = new JsonObject { ["resourceType"] = "ServiceProviderConfig", ["location"] = "/scim/v2/ServiceProviderConfig" },
    };

    internal static IReadOnlyList<JsonObject> ResourceTypes() => [Type("User", "/Users", ScimUsers.Schema), Type("Group", "/Groups", ScimGroups.Schema)];

    internal static IReadOnlyList<JsonObject> Schemas() =>
    [
        Schema(ScimUsers.Schema, "User", [
            Attribute("userName", required: true, uniqueness: "server"), Attribute("displayName"), Attribute("externalId", exact: true), Attribute("active", "boolean"),
            Attribute("name", "complex", parts: [Attribute("formatted"), Attribute("familyName"), Attribute("givenName")]),
            Attribute("emails", "complex", many: true, readOnly: true, parts: [Attribute("value"), Attribute("type"), Attribute("primary", "boolean")]),
            Attribute("roles", "complex", many: true, parts: [Attribute("value")]), Attribute("groups", "complex", many: true, readOnly: true, parts: [Attribute("value"), Attribute("$ref", "reference")]),
        ]),
        Schema(ScimGroups.Schema, "Group", [
            Attribute("displayName", required: true), Attribute("members", "complex", many: true, parts: [Attribute("value", exact: true), Attribute("$ref", "reference"), Attribute("type")]),
        ]),
    ];

    private static JsonObject Supported(bool isSupported) => new() { ["supported"] = isSupported };

    private static JsonObject Type(string name, string endpoint, string schema) => new()
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:ResourceType"), ["id"] = name, ["name"] = name, ["endpoint"] = endpoint, ["schema"] = schema,
        ["meta"] = new JsonObject { ["resourceType"] = "ResourceType", ["location"] = $"/scim/v2/ResourceTypes/{name}" },
    };

    private static JsonObject Schema(string id, string name, IEnumerable<JsonObject> attributes) => new()
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:Schema"), ["id"] = id, ["name"] = name, ["attributes"] = new JsonArray([.. attributes]),
        ["meta"] = new JsonObject { ["resourceType"] = "Schema", ["location"] = $"/scim/v2/Schemas/{id}" },
    };

    private static JsonObject Attribute(
        string name, string type = "string", bool many = false, bool required = false, bool readOnly = false, bool exact = false, string uniqueness = "none", IEnumerable<JsonObject>? parts = null)
    {
        var attribute = new JsonObject
        {
            ["name"] = name, ["type"] = type, ["multiValued"] = many, ["required"] = required, ["caseExact"] = exact, ["mutability"] = readOnly ? "readOnly" : "readWrite", ["returned"] = "default",
            ["uniqueness"] = uniqueness,
        };
        if (parts is not null)
            attribute["subAttributes"] = new JsonArray([.. parts]);
        return attribute;
    }
}
