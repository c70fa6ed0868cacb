/*
 * engine/clients/xml.c - an XML document as a tree, read by expat; and texts that go into one.
 */
#include "engine/clients/xml.h"

#include <assert.h>
#include <string.h>

#include <expat.h>

enum { DEPTH_MAX = 32 };

typedef struct {
    XML_Parser parser;
    Arena *arena;
    XmlNode *root, *open; /* open: the one whose end has not come */
    int depth;
    Buffer text;
    bool is_refused;
} Reading;

static void refuse(Reading *reading)
{
    reading->is_refused = true;
    XML_StopParser(reading->parser, XML_FALSE);
}

static void add_child(XmlNode *parent, XmlNode *node)
{
    XmlNode **link = &parent->child;

    while (*link != NULL)
        link = &(*link)->next;
    *link = node;
}

static void XMLCALL on_start(void *owner, const XML_Char *name, const XML_Char **attributes)
{
    Reading *reading = owner;
    const char *prefix = strchr(name, ':');
    XmlNode *node = ARENA_NEW(reading->arena, XmlNode);

    (void)attributes;
    node->name = arena_text(reading->arena, prefix != NULL ? prefix + 1 : name);
    node->text = "";
    node->parent = reading->open;
    if (reading->open != NULL)
        add_child(reading->open, node);
    else
        reading->root = node;
    reading->open = node;
    buffer_clear(&reading->text);
    if (++reading->depth > DEPTH_MAX)
        refuse(reading);
}

static void XMLCALL on_end(void *owner, const XML_Char *name)
{
    Reading *reading = owner;
    XmlNode *node = reading->open;

    (void)name;
    if (node->child == NULL && reading->text.length > 0)
        node->text = arena_text_of(reading->arena, reading->text.data, reading->text.length);
    buffer_clear(&reading->text);
    reading->open = node->parent;
    reading->depth--;
}

static void XMLCALL on_text(void *owner, const XML_Char *text, int length)
{
    buffer_add(&((Reading *)owner)->text, text, (size_t)length);
}

static void XMLCALL on_type(void *owner, const XML_Char *name, const XML_Char *system,
                            const XML_Char *public, int has_internal)
{
    (void)name;
    (void)system;
    (void)public;
    (void)has_internal;
    refuse(owner);
}

bool xml_parse(Arena *arena, const char *text, size_t length, const XmlNode **out_root, Error *err)
{
    Reading reading = {.parser = XML_ParserCreate("UTF-8"), .arena = arena};
    bool ok;

    assert(reading.parser != NULL);
    XML_SetUserData(reading.parser, &reading);
    XML_SetElementHandler(reading.parser, on_start, on_end);
    XML_SetCharacterDataHandler(reading.parser, on_text);
    XML_SetStartDoctypeDeclHandler(reading.parser, on_type);
    ok = XML_Parse(reading.parser, text, (int)length, XML_TRUE) == XML_STATUS_OK;
    if (!ok)
        error_set(err, ERR_PROTOCOL, "not XML that can be read: %s",
                  reading.is_refused ? "it has a document type, or too many levels"
                                     : XML_ErrorString(XML_GetErrorCode(reading.parser)));
    XML_ParserFree(reading.parser);
    buffer_release(&reading.text);
    *out_root = ok ? reading.root : NULL;
    return ok;
}

const XmlNode *xml_find(const XmlNode *node, const char *path)
{
    while (node != NULL && *path != '\0') {
        size_t length = strcspn(path, "/");

        for (node = node->child; node != NULL; node = node->next)
            if (strncmp(node->name, path, length) == 0 && node->name[length] == '\0')
                break;
        path += length + (path[length] == '/' ? 1 : 0);
    }
    return node;
}

const char *xml_text(const XmlNode *node, const char *path)
{
    const XmlNode *found = xml_find(node, path);

    return found != NULL ? found->text : "";
}

void xml_add(Buffer *buffer, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            buffer_add_text(buffer, "&amp;");
            break;
        case '<':
            buffer_add_text(buffer, "&lt;");
            break;
        case '>':
            buffer_add_text(buffer, "&gt;");
            break;
        default:
            buffer_add_byte(buffer, (uint8_t)*text);
        }
    }
}
