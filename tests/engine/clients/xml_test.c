/*
 * tests/engine/clients/xml_test.c - XML that is read, XML that is refused, and texts that go into one.
 */
#include "engine/clients/xml.h"

#include <string.h>

#include "base/memory.h"
#include "tests/test.h"

static void test_reads(void)
{
    static const char TEXT[] =
        "<?xml version=\"1.0\"?>\n<a:R xmlns:a=\"u\" b=\"c\">\n <S><T>one &amp; <![CDATA[<two>]]></T></S>"
        "<S><T>three</T></S><E/></a:R>";
    const XmlNode *root;
    Arena arena = {0};

    if (CHECK(xml_parse(&arena, TEXT, strlen(TEXT), &root, NULL))) {
        CHECK_TEXT(root->name, "R");
        CHECK_TEXT(xml_text(root, "S/T"), "one & <two>");
        CHECK_TEXT(xml_text(root->child->next, "T"), "three");
        CHECK_TEXT(xml_text(root, "E"), "");
        CHECK(xml_find(root, "E") != NULL && xml_find(root, "E/T") == NULL);
        CHECK(xml_find(root, "T") == NULL && xml_find(NULL, "T") == NULL);
        CHECK_TEXT(xml_text(root, "nothing"), "");
    }
    arena_release(&arena);
}

static void test_refuses(void)
{
    static const char *const BAD[] = {"",
                                      "a",
                                      "<a>",
                                      "<a></b>",
                                      "<a/><b/>",
                                      "<a>&none;</a>",
                                      "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>"};
    const XmlNode *root;
    Arena arena = {0};
    Buffer deep = {0};
    Error err;

    for (size_t i = 0; i < TEST_COUNT(BAD); i++) {
        err.code = ERR_NONE;
        CHECK_CASE(BAD[i], !xml_parse(&arena, BAD[i], strlen(BAD[i]), &root, &err));
        CHECK_CASE(BAD[i], err.code == ERR_PROTOCOL);
    }
    for (int i = 0; i < 40; i++)
        buffer_add_text(&deep, "<a>");
    for (int i = 0; i < 40; i++)
        buffer_add_text(&deep, "</a>");
    CHECK(!xml_parse(&arena, deep.data, deep.length, &root, &err));
    buffer_release(&deep);
    arena_release(&arena);
}

static void test_writes(void)
{
    Buffer text = {0};

    xml_add(&text, "a<b>&\"c");
    CHECK_TEXT(text.data, "a&lt;b&gt;&amp;\"c");
    buffer_release(&text);
}

TEST_SUITE("engine/clients/xml", {"reads", test_reads}, {"refuses", test_refuses},
           {"writes", test_writes});
